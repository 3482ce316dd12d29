/** Each hands the words so far to the hidden command, which prints one candidate a line; a line ":files" asks for file names. */
export const SCRIPTS: Record<string, string> = {
  bash: `_holdfast() {
  local IFS=$'\\n' line
  COMPREPLY=()
  while read -r line; do
    if [ "$line" = ":files" ]; then
      COMPREPLY+=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
    else
      COMPREPLY+=("$line")
    fi
  done < <(holdfast __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o nosort -F _holdfast holdfast`,
  zsh: `#compdef holdfast
_holdfast() {
  local -a candidates
  candidates=("\${(@f)$(holdfast __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if (( \${candidates[(Ie):files]} )); then
    candidates=("\${(@)candidates:#:files}")
    _files
  fi
  compadd -a candidates
}
if [ "$funcstack[1]" = "_holdfast" ]; then _holdfast "$@"; else compdef _holdfast holdfast; fi`,
  fish: `function __holdfast_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (holdfast __complete $words[2..-1] 2>/dev/null)
    if test "$line" = ":files"
      __fish_complete_path (commandline -ct)
    else
      echo $line
    end
  end
end
complete -c holdfast -f -a '(__holdfast_complete)'`,
};
