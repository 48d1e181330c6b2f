/**
 * Lint rules. Beside the strict type-checked set of typescript-eslint, the bans that keep the design true: each
 * says what to use instead, and every exempt file is named with its reason.
 */
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const newWorker = {
  selector: 'NewExpression[callee.name=/^(Worker|SharedWorker)$/]',
  message: 'Workers are started in src/spawn.ts only.',
};
const sessionRun = {
  selector: "CallExpression[callee.property.name='run'][callee.object.name=/[sS]ession$/]",
  message: 'Sessions run in src/lib/tensor-scope.ts only, where every output is counted and disposed.',
};
const newTensor = {
  selector: "NewExpression:matches([callee.name='Tensor'], [callee.property.name='Tensor'])",
  message: 'Tensors are made in src/lib/tensor-scope.ts only, where every one is counted and disposed.',
};
const timer = {
  selector: 'CallExpression[callee.name=/^(setTimeout|setInterval)$/]',
  message: 'No sleeps and no clocks in tests: wait for the event or the state itself.',
};

export default defineConfig(
  globalIgnores([
    'dist/',
    'coverage/',
    'test-results/',
    'playwright-report/',
    '.cache/',
    'public/',
    'tools/model/',
  ]),
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.svelte'],
    extends: [typescript.configs.strictTypeChecked],
  },
  svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.worker } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', newWorker, sessionRun, newTensor],
    },
  },
  {
    files: ['**/*.ts', '**/*.svelte'],
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.page.json', 'tsconfig.worker.json', 'tsconfig.tools.json'],
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      // Numbers in messages are what an error text is for.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Taste rather than faults: short arrow bodies, `return next()`, generics that only document.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Interfaces here are objects of closures; none of their methods reads `this`.
      '@typescript-eslint/unbound-method': 'off',
      // An interface says Promise; the one implementation that need not wait is still `async`.
      '@typescript-eslint/require-await': 'off',
      // Takes a flag that a callback sets for a constant.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Indices of typed arrays are checked by loop bounds; `!` says so where noUncheckedIndexedAccess cannot know.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: typescript.parser, svelteConfig } },
    // svelte-check is the judge of those comments; here it sees fewer of the compiler's warnings.
    rules: { 'svelte/no-unused-svelte-ignore': 'off' },
  },

  // Exempt files, each with its reason.
  { files: ['src/spawn.ts'], rules: { 'no-restricted-syntax': ['error', sessionRun, newTensor] } },
  { files: ['src/lib/tensor-scope.ts'], rules: { 'no-restricted-syntax': ['error', newWorker] } },
  {
    // Silero keeps one small state between calls and lives in the media worker, which may not import the speech
    // stage; it disposes its own three tensors, and its test counts them.
    files: ['src/signal/silero*.ts', 'src/signal/voice-activity*.ts'],
    rules: { 'no-restricted-syntax': ['error', newWorker] },
  },
  {
    files: ['tests/**'],
    ignores: ['tests/bench/**'],
    rules: {
      // Tests check the runtime itself and start workers as the browser would.
      'no-restricted-syntax': ['error', timer],
      // A handle from a worker is typed as it is there, and awaited here.
      '@typescript-eslint/await-thenable': 'off',
      // A check that is left out for want of ../shared says so in one line.
      'no-console': ['error', { allow: ['info'] }],
      // Playwright reads a fixture's needs from its first parameter, which must be a pattern, empty or not.
      'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
    },
  },
  {
    // Programs for a terminal: printing is what they are for.
    files: ['tools/**', 'tests/bench/**'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off', 'no-restricted-syntax': 'off' },
  },
  { files: ['*.config.*', '.dependency-cruiser.cjs'], languageOptions: { globals: globals.node } },
);
