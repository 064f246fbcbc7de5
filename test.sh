#!/usr/bin/env bash
# Builds everything, runs every test and prints the sum: ./test.sh
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1

if ! dotnet --version >/dev/null 2>&1; then
    echo "The .NET SDK of global.json is missing: https://dotnet.microsoft.com/download" >&2
    exit 1
fi

# The tests of the Redis store start servers of their own, unless BUDGETFIREWALL_TEST_REDIS names one.
command -v redis-server >/dev/null || .ci/need redis-server gcc libc6-dev
# Those of the ledger start a PostgreSQL server of their own, unless BUDGETFIREWALL_TEST_POSTGRES names one.
[ -n "${BUDGETFIREWALL_TEST_POSTGRES:-}" ] || command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || .ci/need postgresql
# Signatures of webhooks are compared with those that OpenSSL makes.
command -v openssl >/dev/null || .ci/need openssl
# A script drives the HTTP service.
command -v curl >/dev/null || .ci/need curl
{ command -v jq && command -v openssl; } >/dev/null || .ci/need jq openssl

dotnet build BudgetFirewall.sln -c Release -v quiet

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
result=0
run() {
    local project failed=0
    for project in "$@"; do
        dotnet test "$project" -c Release --no-build | tee "$logs/$(basename "$project")" || failed=$?
    done
    return "$failed"
}
# One assembly after the other: some break servers and measure how long that is felt, which should not be the noise of the others.
# Only those of the ledger, which take the longest and wait most of the time, run beside others.
beside=tests/BudgetFirewall.Ledger.Tests/BudgetFirewall.Ledger.Tests.csproj
meanwhile=(tests/BudgetFirewall.Redis.Tests/BudgetFirewall.Redis.Tests.csproj tests/BudgetFirewall.Reliability/BudgetFirewall.Reliability.csproj)
mapfile -t alone < <(grep -l Microsoft.NET.Test.Sdk tests/*/*.csproj | grep -vxF "$(printf '%s\n' "$beside" "${meanwhile[@]}")")
run "${alone[@]}" || result=$?
run "$beside" & ledger=$!
run "${meanwhile[@]}" || result=$?
wait "$ledger" || result=$?

# One line an assembly: "Passed!  - Failed:     0, Passed:    25, Skipped:     0, …"
sum_of() { awk -v name="$1:" '/^(Passed|Failed)! / { for (i = 1; i < NF; i++) if ($i == name) n += $(i + 1) } END { print n + 0 }' "$logs"/*; }
echo "$(sum_of Passed) passed, $(sum_of Failed) failed"
exit "$result"
