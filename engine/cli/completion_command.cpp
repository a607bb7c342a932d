// SPDX-FileCopyrightText: 2026 The nnflow authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>

#include "cli.hpp"
#include "common_options.hpp"
#include "complete/candidates.hpp"

namespace nnflow::cli {
namespace {

// Bash splits words at "=" and ":" too: they are put together again for the program, and what is
// offered loses the part before the last of them.
constexpr const char* kBash = R"(# Completes nnflow. In ~/.bashrc: source <(nnflow completion bash)
_nnflow() {
  local words=() i word glue='' tail=''
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ -n $glue || $word == [=:] ]] && ((${#words[@]})); then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    if [[ $word == [=:] ]]; then glue=1 tail=${words[-1]}; else glue=''; fi
  done
  [[ ${words[-1]} == "$tail"* ]] || tail=''
  local IFS=$'\n'
  COMPREPLY=()
  for word in $("${COMP_WORDS[0]}" __complete -- "${words[@]}" 2> /dev/null); do
    word=${word%%$'\t'*}
    COMPREPLY+=("${word#"$tail"}")
  done
  [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2> /dev/null
}
complete -o default -F _nnflow nnflow
)";

constexpr const char* kZsh = R"(#compdef nnflow
# Completes nnflow. In ~/.zshrc, after compinit: source <(nnflow completion zsh)
_nnflow() {
  local -a lines found open
  local line word
  lines=("${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2> /dev/null)}")
  for line in $lines; do
    word=${line%%$'\t'*}
    if [[ $word == *= ]]; then
      open+=("$word")
    else
      found+=("${word//:/\\:}:${line#*$'\t'}")
    fi
  done
  if (($#found + $#open)); then
    (($#open)) && compadd -S '' -- $open
    (($#found)) && _describe -V nnflow found
  else
    _files
  fi
}
compdef _nnflow nnflow
)";

}  // namespace

int completion_command(const Words& words) {
  App app;
  std::vector<std::string> shells;
  bool help = false;
  app.add_option("shell", shells);
  app.add_flag("-h,--help", help);
  parse_words(app, "completion", words);
  if (help) {
    std::fputs(command_help("completion",
                            "For this session: source <(nnflow completion bash). For all: put "
                            "that line into ~/.bashrc, or\nthe same with zsh into ~/.zshrc after "
                            "compinit.\n")
                   .c_str(),
               stdout);
    return kOk;
  }
  if (shells.size() != 1 || (shells[0] != "bash" && shells[0] != "zsh"))
    throw UsageError("completion", "expected bash or zsh");
  std::fputs(shells[0] == "bash" ? kBash : kZsh, stdout);
  return kOk;
}

int complete_command(const Words& words) {
  const bool dashes = !words.empty() && words[0] == "--";
  for (const Candidate& candidate :
       candidates(Words(words.begin() + (dashes ? 1 : 0), words.end())))
    std::printf("%s\t%s\n", candidate.word.c_str(), candidate.doc.c_str());
  return kOk;
}

}  // namespace nnflow::cli
