/** The first 12 characters of an id, without its `sha256:`. */
export function shortId(id: string): string {
  return id.replace(/^[a-z0-9]+:/, '').slice(0, 12);
}

/** Cuts a text to `width` display columns, the last being `…` where something was cut. */
export function ellipsis(text: string, width: number): string {
  const characters = [...text];
  if (width <= 0) return '';
  let taken = 0;
  const total = characters.reduce((sum, character) => sum + columnsOf(character), 0);
  if (total <= width) return text;
  let kept = '';
  for (const character of characters) {
    if (taken + columnsOf(character) > width - 1) break;
    taken += columnsOf(character);
    kept += character;
  }
  return `${kept}…`;
}

/** East Asian wide and fullwidth characters take two columns. */
function columnsOf(character: string): number {
  return /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u.test(
    character,
  )
    ? 2
    : 1;
}
