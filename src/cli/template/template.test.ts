import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTemplate, type Fields } from './index.ts';

const DATA = {
  Name: '/web',
  Id: 'abcdef0123456789',
  Args: ['-c', 'x <&> y'],
  State: { Running: true, Paused: false, Status: 'running', Pid: 123, Health: { Status: 'healthy' } },
  Config: { Labels: { a: '1', 'com.x': 'y' }, Cmd: null, Env: ['A=b', 'P=/x'] },
  HostConfig: { Memory: 9223372036854771712n, Empty: [] },
  Mounts: [
    { Type: 'volume', Source: '/s' },
    { Type: 'bind', Source: '/t' },
  ],
  Ports: { '80/tcp': [{ HostPort: '8080' }], '443/tcp': null },
};
const render = (template: string, data: unknown = DATA) => compileTemplate(template).execute(data);

describe('templates', () => {
  it.each([
    ['{{.Name}}', '/web'],
    ['{{.ID}}', 'abcdef0123456789'],
    ['{{json .State.Health}}', '{"Status":"healthy"}'],
    ['{{.Args}} {{.Config.Labels}}', '[-c x <&> y] map[a:1 com.x:y]'],
    ['{{json .Args}}', '["-c","x <&> y"]'],
    ['{{range .Mounts}}{{.Type}}:{{.Source}} {{end}}', 'volume:/s bind:/t '],
    ['{{range $i, $m := .Mounts}}{{$i}}={{$m.Source}};{{end}}', '0=/s;1=/t;'],
    ['{{range $k, $v := .Config.Labels}}{{$k}}={{$v}};{{end}}', 'a=1;com.x=y;'],
    ['{{range $p, $c := .Ports}}{{if $c}}{{$p}}>{{(index $c 0).HostPort}}{{end}}{{end}}', '80/tcp>8080'],
    ['{{(index (index .Ports "80/tcp") 0).HostPort}}', '8080'],
    ['{{index .Config.Labels "com.x"}}|{{index .Config.Labels "nope"}}|', 'y||'],
    ['{{if .State.Running}}up{{else}}down{{end}}', 'up'],
    ['{{if eq .State.Status "exited"}}a{{else if .State.Paused}}b{{else}}c{{end}}', 'c'],
    ['{{if and .State.Running (not .State.Paused)}}a{{end}}', 'a'],
    ['{{or .State.Paused .Name}}', '/web'],
    ['{{with .State.Health}}{{.Status}}{{end}}{{with .Config.Cmd}}x{{else}}none{{end}}', 'healthynone'],
    ['{{len .Mounts}} {{slice .Id 0 3}} {{.Name | upper | printf "%s-%d" | len}}', '2 abc 17'],
    [
      '{{printf "%5s|%-5s|%05d|%x|%q|%v|%.2f|%t|%%" "a" "b" 42 255 "q" .Args 1.5 true}}',
      '    a|b    |00042|ff|"q"|[-c x <&> y]|1.50|true|%',
    ],
    ['{{print "a" 1 2 "b"}}|{{println "a" 1}}', 'a1 2b|a 1\n'],
    [
      '{{join .Args ","}} {{split "a:b" ":"}} {{title "hello world"}} {{pad "x" 1 2}}| {{truncate "hello" 3}}',
      '-c,x <&> y [a b] Hello World  x  | hel',
    ],
    ['  {{- .Name -}}  x', '/webx'],
    ['a {{- /* comment */ -}} b', 'ab'],
    ['{{$x := .Name}}{{$x}}{{$x = "q"}}{{$x}}', '/webq'],
    ['{{.HostConfig.Memory}} {{json .HostConfig.Memory}}', '9223372036854771712 9223372036854771712'],
    ['{{"a\\tb\\"c"}}{{`raw\\n`}}', 'a\tb"craw\\n'],
    ['{{range .HostConfig.Empty}}x{{else}}none{{end}}', 'none'],
    ['{{range .Args}}{{if eq . "-c"}}{{continue}}{{end}}{{.}}{{break}}{{end}}', 'x <&> y'],
    ['{{.Config.Cmd}} {{eq 1 1}} {{lt 1 2}} {{ge 2 2}} {{ne "a" "b"}}', '[] true true true true'],
    ['{{html "<a>"}} {{urlquery "a b&c"}} {{$.Name}} {{range 3}}{{.}}{{end}}', '&lt;a&gt; a+b%26c /web 012'],
  ])('%s', (template, expected) => {
    expect(render(template)).toBe(expected);
  });

  it.each([
    ['{{.Name', 'template: :1: unclosed action'],
    ['{{foo .Name}}', 'template: :1: function "foo" not defined'],
    ['{{if .Name}}x', 'template: :1: unexpected EOF'],
    ['{{end}}', 'template: :1: unexpected {{end}}'],
    ['a\n{{}}', 'template: :2: missing value for command'],
    ['{{.Nope}}', 'template: :1:2: executing "" at <.Nope>: map has no entry for key "Nope"'],
    ['{{.State.Nope}}', 'template: :1:8: executing "" at <.State.Nope>: map has no entry for key "Nope"'],
    [
      '{{index .Args 5}}',
      'template: :1:2: executing "" at <index .Args 5>: error calling index: index out of range: 5',
    ],
    ['{{eq "a" 1}}', 'error calling eq: incompatible types for comparison'],
    ['{{.Name "x"}}', "can't give argument to non-function .Name"],
    ['{{$x}}', 'undefined variable: $x'],
  ])('refuses %s', (template, words) => {
    expect(() => render(template)).toThrow(words);
  });

  it('computes fields when they are asked for', () => {
    const fields: Fields = {
      typeName: '*row',
      fieldOf: (name) => ({ A: '<1>', Label: (key: unknown) => `label ${key}` })[name],
      toJSON: () => ({ A: '<1>' }),
      safeInHtml: true,
    };
    expect(render('{{.A}} {{.Label "x"}} {{json .}}', fields)).toBe('<1> label x {"A":"\\u003c1\\u003e"}');
    expect(() => render('{{.B}}', fields)).toThrow("can't evaluate field B in type *row");
  });

  it('leaves text without actions as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('{{'));
        expect(render(text)).toBe(text);
      }),
    );
  });

  it('prints any string it is given, quoted or looked up', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(render('{{.X}}{{index . "X"}}', { X: text })).toBe(text + text);
        expect(JSON.parse(render('{{json .X}}', { X: text }))).toBe(text);
      }),
    );
  });

  it('never throws anything but its own error', () => {
    const word = fc.constantFrom(
      '{{',
      '}}',
      '.Name',
      ' ',
      'if',
      'range',
      'end',
      'else',
      '$x',
      ':=',
      '|',
      '(',
      ')',
      '"',
      '.',
      'json',
      '-',
      '/*',
      '5',
      ',',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ maxLength: 3 })), { maxLength: 12 }), (words) => {
        try {
          render(words.join(''));
        } catch (error) {
          expect(error).toMatchObject({ kind: 'invalid-argument' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
