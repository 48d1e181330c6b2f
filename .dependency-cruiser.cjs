/**
 * The import rules of the design, one way only:
 *   lib <- stages (media, signal, speech, speakers) <- workers
 *   lib <- transcript, evaluation, models, memory <- jobs <- ui
 * Page code takes stages as types only, so that the runtime never enters the page bundle.
 */
const STAGES = ['media', 'signal', 'speech', 'speakers'];
const ANY_STAGE = `^src/(${STAGES.join('|')})/`;
/** Erased when compiled: `import type`. */
const AT_RUNTIME = { dependencyTypesNot: ['type-only'] };

/** A stage's own code never uses another's; of stages to its left it may use types. */
const stageRules = STAGES.flatMap((stage, index) => {
  const left = STAGES.slice(0, index);
  const right = STAGES.slice(index + 1);
  const rules = [];
  if (left.length > 0) {
    rules.push({
      name: `${stage}-takes-only-types-from-its-left`,
      severity: 'error',
      comment: `${stage} may import types of ${left.join(', ')}, not their code.`,
      from: { path: `^src/${stage}/` },
      to: { path: `^src/(${left.join('|')})/`, ...AT_RUNTIME },
    });
  }
  if (right.length > 0) {
    rules.push({
      name: `${stage}-knows-nothing-of-its-right`,
      severity: 'error',
      comment: `${stage} comes before ${right.join(', ')} in the data flow and imports nothing of theirs, types included.`,
      from: { path: `^src/${stage}/` },
      to: { path: `^src/(${right.join('|')})/` },
    });
  }
  return rules;
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one concept, or lack a third.',
      from: {},
      to: { circular: true, viaOnly: AT_RUNTIME },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'A file of src that nothing imports is dead. Declarations and entry points are none.',
      from: { orphan: true, path: '^src/', pathNot: ['\\.d\\.ts$', '^src/main\\.ts$'] },
      to: {},
    },
    {
      name: 'not-resolvable',
      severity: 'error',
      comment: 'An import that leads nowhere.',
      from: {},
      // Vite's own suffixes (?url, ?worker) are no part of the file name.
      to: { couldNotResolve: true, pathNot: '\\?(url|worker|raw|inline)$' },
    },
    {
      name: 'lib-knows-nothing-of-us',
      severity: 'error',
      comment: 'lib holds primitives with no knowledge of speech.',
      from: { path: '^src/lib/' },
      to: { path: '^(src|workers)/', pathNot: '^src/lib/' },
    },
    ...stageRules,
    {
      name: 'stages-stay-below',
      severity: 'error',
      comment: 'A stage may use lib, and types that cross threads; what stands above it uses the stage.',
      from: { path: ANY_STAGE },
      to: { path: '^(src/(main|spawn|jobs|ui|memory|transcript)|workers)' },
    },
    {
      name: 'protocol-is-lib-and-types',
      severity: 'error',
      comment: 'What crosses threads may name the types of stages, and at runtime imports lib alone.',
      from: { path: '^src/protocol/' },
      to: { path: '^(src|workers)/', pathNot: '^src/(lib|protocol)/', ...AT_RUNTIME },
    },
    {
      name: 'page-takes-stages-as-types',
      severity: 'error',
      comment: 'A stage runs in a worker; imported for real it would drag the runtime into the page bundle.',
      from: { path: '^src/(main|spawn|jobs|memory|transcript|evaluation)' },
      to: { path: ANY_STAGE, ...AT_RUNTIME },
    },
    {
      name: 'ui-never-imports-a-stage',
      severity: 'error',
      comment: 'The ui sees jobs, transcripts and models; types of stages reach it through those.',
      from: { path: '^src/ui/' },
      to: { path: [ANY_STAGE, '^workers/', '^src/spawn'], ...AT_RUNTIME },
    },
    {
      name: 'nothing-imports-a-worker',
      severity: 'error',
      comment: 'Workers are entry points, started by address in src/spawn.ts; a service worker by main.ts.',
      from: { path: '^(src|workers)/', pathNot: '^src/spawn\\.ts$' },
      to: { path: '^workers/' },
    },
    {
      name: 'middle-layers-do-not-look-up',
      severity: 'error',
      comment: 'transcript, evaluation, models and memory are used by jobs and ui, not the other way round.',
      from: { path: '^src/(transcript|evaluation|models|memory)/' },
      to: { path: '^src/(jobs|ui|main|spawn)' },
    },
    {
      name: 'jobs-do-not-look-up',
      severity: 'error',
      comment: 'jobs are used by the ui.',
      from: { path: '^src/jobs/' },
      to: { path: '^src/(ui|main)' },
    },
    {
      name: 'workers-are-wiring',
      severity: 'error',
      comment: 'A worker joins stages, models and protocol; it has no part of the page.',
      from: { path: '^workers/' },
      to: { path: '^src/(main|spawn|ui|jobs|memory|transcript)' },
    },
    {
      name: 'no-tools-in-the-app',
      severity: 'error',
      comment: 'What runs in Node or in tests is no part of the app.',
      from: { path: '^(src|workers)/' },
      to: { path: '^(tools|tests)/' },
    },
    {
      name: 'no-undeclared-packages',
      severity: 'error',
      comment: 'A package that is not in package.json, or only among the development ones.',
      from: { path: '^(src|workers)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], ...AT_RUNTIME },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // `specify`: type-only imports are seen, and told apart from the rest.
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'browser', 'import', 'types', 'default'],
    },
  },
};
