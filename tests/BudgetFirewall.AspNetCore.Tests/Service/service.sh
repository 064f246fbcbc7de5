#!/bin/sh
# Drives every call of the HTTP service with curl. Usage: service.sh http://127.0.0.1:8080/budget/v1
# Expects a budget of 10 a day for each user, and the firewall's state to be fresh. Prints what failed and ends with 1 if anything did.
base=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0
count=0

type=application/json

# call STATUS METHOD PATH [BODY] [more arguments of curl]
call() {
    expected=$1; method=$2; to=$3; sent=${4-}
    [ $# -ge 4 ] && shift 4 || shift 3
    count=$((count + 1))
    if [ -n "$sent" ]; then
        status=$(curl -s -o "$dir/answer" -w '%{http_code}' -X "$method" -H "Content-Type: $type" "$@" --data-binary "$sent" "$base$to")
    else
        status=$(curl -s -o "$dir/answer" -w '%{http_code}' -X "$method" "$@" "$base$to")
    fi
    if [ "$status" != "$expected" ]; then
        failed=1
        echo "$method $to $(printf %.200s "$sent"): $status, not $expected: $(head -c 500 "$dir/answer")"
    fi
}

# has TEXT: the last answer has it
has() {
    grep -qF -- "$1" "$dir/answer" || { failed=1; echo "after call $count: no $1 in $(head -c 800 "$dir/answer")"; }
}

# everything FILE: all there is to see, but for what the mere passing of time changes
everything() {
    : > "$1"
    for path in /status/user/alice /status/global/global /budgets; do
        call 200 GET "$path"
        sed 's/"\(asOf\|burnRatePerDay\|projectedSpend\)":"[^"]*"//g; s/"daysLeft":[0-9.]*//g' "$dir/answer" >> "$1"
    done
}

alice='"provider":"openai","userId":"alice"'

call 200 POST /check "{$alice,\"cost\":\"1.25\"}"
has '"isAllowed":true'
call 402 POST /check "{$alice,\"cost\":11}"
has '"outcome":"budget_exceeded"'
call 200 POST /check/batch "{\"requests\":[{$alice,\"cost\":1},{$alice,\"cost\":11}]}"
has '"status":402'
call 200 POST /estimate '{"provider":"openai","cost":"0.5"}'
has '"total":"0.5"'

call 200 POST /reserve "{$alice,\"cost\":\"2\",\"leaseSeconds\":60}"
id=$(sed 's/.*"reservationId":"\([^"]*\)".*/\1/' "$dir/answer")
call 200 POST "/reservations/$id/extend" '{"leaseSeconds":120}'
call 200 POST "/reservations/$id/commit" '{"cost":"1.5"}'
has '"cost":"1.5"'
call 200 POST "/reservations/$id/commit" '{"cost":1.50}'
has '"isReplay":true'
call 409 POST "/reservations/$id/release"
call 200 POST /reserve "{$alice,\"cost\":\"2\"}"
id=$(sed 's/.*"reservationId":"\([^"]*\)".*/\1/' "$dir/answer")
call 204 POST "/reservations/$id/release"

call 200 POST /spend "{$alice,\"cost\":\"0.5\"}" -H 'Idempotency-Key: "spend-1"'
call 200 POST /spend "{$alice,\"cost\":\"0.5\"}" -H 'Idempotency-Key: spend-1'
has '"isReplay":true'
call 409 POST /spend "{$alice,\"cost\":\"0.6\"}" -H 'Idempotency-Key: spend-1'
call 200 POST /charge "{$alice,\"cost\":\"0.25\"}"
call 200 POST /charge/batch "{\"requests\":[{$alice,\"cost\":\"0.125\"},{$alice,\"cost\":\"0.125\"}]}"
call 200 POST /cost-tracking/record '{"provider":"openai","userId":"ledger","projectId":"search","cost":"0.75","operationId":"recorded"}'
entry=$(sed 's/.*"entryId":"\([^"]*\)".*/\1/' "$dir/answer")
call 200 POST /cost-tracking/record/batch '{"requests":[{"provider":"openai","userId":"ledger","cost":"0.25"}]}'
call 200 GET "/cost-tracking/$entry"
has '"amount":"0.75"'
call 200 GET '/cost-tracking/records?user=ledger&limit=1'
has '"nextCursor":'
cursor=$(sed 's/.*"nextCursor":"\([^"]*\)".*/\1/' "$dir/answer")
call 200 GET "/cost-tracking/records?user=ledger&limit=1&cursor=$cursor"
has "\"entryId\":\"$entry\""
call 200 POST /cost-tracking/reports '{"from":"2020-01-01","to":"2040-01-01","groupBy":["project"],"scopes":{"user":"ledger"}}'
has '"total":{"amount":"1","count":2,"allocated":"0"}'
call 200 POST /cost-tracking/reports '{"from":"2020-01-01","to":"2040-01-01","groupBy":["project"],"scopes":{"user":"ledger"},"format":"csv"}'
has 'search,,0.75,1,0,0'
fee='"source":"GPU","amount":"3","from":"2020-01-01","to":"2040-01-01"'
call 201 POST /cost-tracking/allocations "{\"id\":\"fee\",$fee,\"method\":\"by_cost\",\"targets\":[{\"scope\":\"project=search\"}]}"
has '"amount":"3"}]'
call 409 POST /cost-tracking/allocations "{\"id\":\"fee\",$fee,\"method\":\"even\",\"each\":\"project\"}"
call 409 POST /cost-tracking/allocations "{\"id\":\"none\",$fee,\"method\":\"by_cost\",\"each\":\"tenant\"}"
call 400 POST /cost-tracking/allocations "{\"id\":\"none\",$fee,\"method\":\"by_cost\"}"
call 200 GET /cost-tracking/allocations
has '"id":"fee"'
call 200 POST /cost-tracking/allocations/fee/again
has '"isReplay":true'
call 200 POST /cost-tracking/allocations/fee/take-back '{"reason":"wrong"}'
has '"takenBackAt":'
call 200 GET /cost-tracking/allocations/fee
call 404 GET /cost-tracking/allocations/none
call 404 POST /cost-tracking/allocations/none/take-back
call 200 GET /status/user/alice
has '"spent":"2.5"'
has '"held":"0"'
call 200 POST /reserve "{$alice,\"cost\":\"0.5\",\"leaseSeconds\":600}"
id=$(sed 's/.*"reservationId":"\([^"]*\)".*/\1/' "$dir/answer")
everything "$dir/before"

long=$(printf 'x%.0s' $(seq 257))
head -c 10000000 /dev/zero | tr '\0' ' ' > "$dir/huge"
printf '{"provider":"\377"}' > "$dir/bytes"

# Requests: missing, unknown and repeated fields, wrong types, no numbers, numbers out of range, ids that are none
for body in ' ' '{}' 'null' '[]' '{' 'x' '{"provider":5}' '{"provider":""}' '{"provider":null}' "{\"provider\":\"$long\"}" "@$dir/bytes" "{$alice,\"cost\":NaN}" \
    "{$alice,\"cost\":\"NaN\"}" "{$alice,\"cost\":\"Infinity\"}" "{$alice,\"cost\":-1}" "{$alice,\"cost\":true}" "{$alice,\"cost\":1e999}" "{$alice,\"cost\":\"9000000001\"}" \
    "{$alice,\"cost\":0.123456789012345678901234567890}" "{$alice,\"price\":1}" "{$alice,\"usage\":{\"inputTokens\":-5}}" "{$alice,\"usage\":{\"inputTokens\":\"x\"}}" \
    "{$alice,\"userId\":\"bob\"}" "{$alice,\"permits\":1.5}" "{$alice,\"permits\":99999999999}" "{$alice,\"dimensions\":{\"user\":\"x\"}}"; do
    for path in /check /spend /charge /reserve /estimate /cost-tracking/record; do
        call 400 POST "$path" "$body"
        has '"errors":'
    done
done
for path in /check/batch /charge/batch /cost-tracking/record/batch; do
    for body in ' ' '{}' '[]' '{"requests":[]}' '{"requests":{}}' '{"requests":[null]}' '{"requests":[{}],"more":1}' "{\"requests\":[{$alice,\"cost\":1},{$alice,\"cost\":-1}]}" \
        "{\"requests\":[{$alice,\"cost\":1},{$alice,\"cost\":NaN}]}" "{\"requests\":[{$alice,\"cost\":1},{$alice,\"price\":1}]}"; do
        call 400 POST "$path" "$body"
        has '"errors":'
    done
done

# Reservations
for body in ' ' '{}' '[]' '{"cost":-1}' '{"cost":NaN}' '{"cost":"x"}' '{"cost":1,"usage":{}}' '{"price":1}' '{"usage":5}' '{"usage":{"inputTokens":-1}}'; do
    call 400 POST "/reservations/$id/commit" "$body"
done
for body in ' ' '{}' '{"leaseSeconds":-5}' '{"leaseSeconds":0}' '{"leaseSeconds":86401}' '{"leaseSeconds":NaN}' '{"leaseSeconds":"soon"}' '{"seconds":5}'; do
    call 400 POST "/reservations/$id/extend" "$body"
done
for body in '[]' '5' '{"why":"x"}'; do
    call 400 POST "/reservations/$id/release" "$body"
done
call 404 POST /reservations/x/commit '{"cost":1}'
call 404 POST /reservations/x/extend '{"leaseSeconds":5}'
call 204 POST /reservations/x/release
for path in "/reservations/$long$long$long$long" /reservations/%FF /reservations/%00; do
    call 400 POST "$path/commit" '{"cost":1}'
    call 400 POST "$path/extend" '{"leaseSeconds":5}'
    call 400 POST "$path/release"
done

# Budgets and scopes
for body in ' ' '{}' '[]' '{"scope":"user=alice"}' '{"limit":1}' '{"scope":"alice","limit":1}' '{"scope":5,"limit":1}' '{"scope":"user=alice","limit":-1}' '{"scope":"user=alice","limit":NaN}' \
    '{"scope":"user=alice","limit":"0.0000000001"}' '{"scope":"user=alice","limit":1,"period":"fortnight"}' '{"scope":"user=alice","limit":1,"spent":0}' '{"scope":"user=alice","limit":1,"warnAt":"x"}' \
    "{\"scope\":\"user=$long\",\"limit\":1}"; do
    call 400 PUT /budgets "$body"
    call 400 PUT /budgets/one "$body"
    has '"errors":'
done
call 400 PUT /budgets/one '{"scope":"user=alice","limit":1,"id":"two"}'
call 400 PUT "/budgets/$long" '{"scope":"user=alice","limit":1}'
call 400 POST /budgets/each%3Auser%2Fday/reset '{"scope":"each:user"}'
call 400 POST /budgets/each%3Auser%2Fday/reset '{"scope":5}'
call 400 POST /budgets/each%3Auser%2Fday/reset '{"spent":0}'
call 400 POST /budgets/each%3Auser%2Fday/reset
call 404 POST /budgets/none/reset
call 404 GET /budgets/none
call 404 DELETE /budgets/none
call 404 DELETE /budgets/each%3Auser%2Fday
for path in /budgets/%FF /status/user/%FF /status/user/%00 "/status/user/$long" /status/global/other /status/a=b/x '/budgets?partition=x' '/status/user/alice?partition=x'; do
    call 400 GET "$path"
done

# Rate limits
for body in ' ' '{}' '[]' '{"scope":"user=alice"}' '{"scope":"alice","capacity":1,"refillPerSecond":1}' '{"scope":"user=alice","capacity":-1,"refillPerSecond":1}' '{"scope":"user=alice","capacity":NaN,"refillPerSecond":1}' \
    '{"scope":"user=alice","algorithm":"none","limit":1,"window":"00:01:00"}' '{"scope":"user=alice","algorithm":"fixed_window","limit":1}' '{"scope":"user=alice","algorithm":"fixed_window","limit":1,"window":60}' \
    '{"scope":"user=alice","algorithm":"fixed_window","limit":1,"window":"-00:01:00"}' '{"scope":"user=alice","capacity":1,"refillPerSecond":1,"taken":0}'; do
    call 400 PUT /rate-limits "$body"
    call 400 POST /rate-limits "$body"
    call 400 PUT /rate-limits/one "$body"
    has '"errors":'
done
call 400 PUT /rate-limits/one '{"scope":"user=alice","capacity":1,"refillPerSecond":1,"id":"two"}'
call 404 GET /rate-limits/none
call 404 DELETE /rate-limits/none
call 400 GET /rate-limits/%FF

# The ledger
for query in from=x from=2030-01-01T00:00:00 'from=2030-01-02&to=2030-01-01' limit=0 limit=x cursor=x "cursor=$cursor" kind=x user= userId=a global=x partition=x "user=$long" 'user=a&user=b'; do
    call 400 GET "/cost-tracking/records?$query"
    has '"errors":'
done
for body in ' ' '{}' '[]' '{"from":"2030-01-01"}' '{"from":"2030-01-02","to":"2030-01-01"}' '{"from":"2030-01-01","to":"2030-01-02","groupBy":["none"]}' '{"from":"2030-01-01","to":"2030-01-02","groupBy":"user"}' \
    '{"from":"2030-01-01","to":"2030-01-02","interval":"x"}' '{"from":"2030-01-01","to":"2030-01-02","timeZone":"x"}' '{"from":"2030-01-01","to":"2030-01-02","top":0}' '{"from":"2030-01-01","to":"2030-01-02","format":"focus"}' \
    '{"from":"2030-01-01","to":"2030-01-02","columns":["user"]}'; do
    call 400 POST /cost-tracking/reports "$body"
    has '"errors":'
done
call 404 GET /cost-tracking/x
call 404 GET /cost-tracking/7fffffffffffffff-0000000000000000
call 400 GET /cost-tracking/%FF
call 400 GET "/cost-tracking/$entry?partition=x"

# Bodies that are too large or not JSON, paths and methods that are none
for path in /check /spend /charge /reserve /estimate /explain /rate-limits/check /rate-limits /check/batch /charge/batch /cost-tracking/record /cost-tracking/record/batch /cost-tracking/reports "/reservations/$id/commit" "/reservations/$id/extend" "/reservations/$id/release" /budgets/each%3Auser%2Fday/reset; do
    call 413 POST "$path" "@$dir/huge"
    for type in text/plain 'application/json; charset=utf-16'; do
        call 415 POST "$path" "{$alice}"
    done
    type=application/json
done
for path in /budgets /budgets/one /rate-limits /rate-limits/one; do
    call 413 PUT "$path" "@$dir/huge"
    type=text/plain
    call 415 PUT "$path" "{$alice}"
    type=application/json
done
call 413 POST /charge "@$dir/huge" -H 'Transfer-Encoding: chunked'
call 400 POST /charge "{$alice}" -H "Idempotency-Key: $long"
call 400 POST /charge "{$alice,\"operationId\":\"one\"}" -H 'Idempotency-Key: two'
call 404 GET /status/user
call 404 POST /nothing '{}'
call 405 GET /charge
call 405 DELETE /budgets

everything "$dir/after"
cmp -s "$dir/before" "$dir/after" || { failed=1; echo "Refused calls have changed something:"; cat "$dir/before" "$dir/after"; }
call 204 POST "/reservations/$id/release"

call 200 PUT /budgets '{"scope":"user=alice","limit":"100","period":"week"}'
has '"id":"user=alice/week"'
call 200 PUT /budgets/mine '{"scope":"user=bob","limit":5}'
call 200 GET /budgets/user%3Dalice%2Fweek
call 200 GET /budgets
has '"id":"mine"'
call 204 POST /budgets/each%3Auser%2Fday/reset '{"scope":"user=alice"}'
call 204 POST /budgets/mine/reset
call 204 DELETE /budgets/mine
call 404 GET /budgets/mine
call 201 POST /rate-limits '{"id":"mine","scope":"user=bob","algorithm":"fixed_window","limit":5,"window":"00:01:00"}'
call 409 POST /rate-limits '{"id":"mine","scope":"user=bob","capacity":5,"refillPerSecond":1}'
call 200 GET /rate-limits
has '"id":"mine"'
call 200 POST /rate-limits/check '{"provider":"openai","userId":"bob","permits":5}'
call 429 POST /rate-limits/check '{"provider":"openai","userId":"bob"}'
call 200 POST /explain '{"provider":"openai","userId":"bob"}'
has '"outcome":"rate_limited"'
call 204 DELETE /rate-limits/mine
call 200 GET /health

echo "$count calls"
exit $failed
