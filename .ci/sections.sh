# shellcheck shell=bash
# Sections of a long run: a header with the time, a limit, a tally. For .ci/run.

PASSED=0
FAILED=0
SKIPPED=0
FAILURES=()

# section TITLE SECONDS COMMAND... runs a command or a function of the script. Its tests are counted as
# vitest reports them; a section without such a report counts as one.
section() {
  local title=$1 limit=$2 status=0 start=$SECONDS log="$WORK/section.log" passed failed skipped
  shift 2
  printf '\n==== %s (at %dm%02ds)\n' "$title" $((SECONDS / 60)) $((SECONDS % 60))
  # A shell of its own: bash forgets `set -e` in a function whose status is asked for.
  timeout --kill-after=10 "$limit" bash -euo pipefail -c "$(declare -f)"$'\n''"$@"' section "$@" \
    2>&1 | tee "$log" || status=$?
  passed=$(reported passed "$log")
  failed=$(reported failed "$log")
  skipped=$(reported skipped "$log")
  if [ "$status" != 0 ] && [ "$failed" = 0 ]; then
    failed=1
  elif [ "$status" = 0 ] && [ "$passed" = 0 ]; then
    passed=1
  fi
  PASSED=$((PASSED + passed))
  FAILED=$((FAILED + failed))
  SKIPPED=$((SKIPPED + skipped))
  if [ "$status" = 0 ]; then
    printf -- '---- %s: ok, %d s\n' "$title" $((SECONDS - start))
  else
    FAILURES+=("$title")
    [ "$status" != 124 ] || printf -- '---- its limit of %d s is over\n' "$limit"
    printf -- '---- %s: FAILED (%d), %d s\n' "$title" "$status" $((SECONDS - start))
  fi
}

# How many tests vitest reported as passed, failed or skipped in a log: `Tests  1 failed | 8 passed (9)`.
reported() {
  sed -e 's/\x1b\[[0-9;]*m//g' "$2" |
    awk -v word="$1" '/^ +Tests +/ { for (i = 2; i < NF; i++) if ($(i + 1) == word) sum += $i }
      END { print sum + 0 }'
}

# The last words: which sections failed, and the sum of all.
summary() {
  printf '\n==== summary (%dm%02ds)\n' $((SECONDS / 60)) $((SECONDS % 60))
  local title
  for title in ${FAILURES[@]+"${FAILURES[@]}"}; do printf 'FAILED: %s\n' "$title"; done
  printf '%d passed, %d failed, %d skipped\n' "$PASSED" "$FAILED" "$SKIPPED"
  [ "$FAILED" = 0 ] && [ ${#FAILURES[@]} = 0 ]
}
