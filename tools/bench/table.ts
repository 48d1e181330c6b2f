/** Rows of figures as aligned text: words to the left, numbers to the right. */
export function formatTable(rows: readonly Record<string, string | number>[]): string {
  const headings = Object.keys(rows[0] ?? {});
  const lines = [headings, ...rows.map((row) => headings.map((heading) => String(row[heading] ?? '')))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const isNumber = headings.map((heading) => rows.every((row) => typeof row[heading] === 'number'));
  const format = (line: string[]) =>
    line
      .map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width));
  return [format(lines[0]!), format(rule), ...lines.slice(1).map(format)].join('\n');
}
