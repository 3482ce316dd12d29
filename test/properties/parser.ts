/** A reader of text from users and clients, with the words of its grammar. */
export interface Parser {
  name: string;
  words: readonly string[];
  parse(text: string): unknown;
}

/** A parser whose words are written in one string, with blanks between them. */
export const parser = (name: string, words: string, parse: (text: string) => unknown): Parser => ({
  name,
  words: words.split(' '),
  parse,
});

export const units = 'k m g b kb MiB ns us µs ms s h 1 10 .5 1.5';
export const modes = 'ro rw z Z U nocopy rslave rshared private cached idmap : , /a vol';
export const imageNames = `alpine library/ docker.io/ localhost:5000/ [::1]:5000/ :latest @sha256: ${'a'.repeat(64)} A __`;
export const portWords = '80 8080 : - /tcp /udp 127.0.0.1 [::1] 0.0.0.0 target= published= ,';
export const json = '{ } [ ] : , "Addr" "TLSConfig" "schemaVersion" 1 null "unix:///a" "layers" "MountType" "syscalls"';
