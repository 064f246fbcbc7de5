using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Approvals: a script and a round trip for each call.</summary>
internal sealed class ApprovalOperation(ScriptCaller caller, Handshake handshake, TimeZoneCheck timeZones, EntryAppending appending)
{
    private const int MaxAttempts = 8;
    private const int PlaceDigits = 16;

    public async ValueTask<AskApprovalAnswer> AskAsync(AskApprovalCall call, Partition partition)
    {
        if (call.Counters.IsDefaultOrEmpty || call.Counters.Length > DecisionCall.MaxLimits)
            throw new ArgumentException($"A call has 1 to {DecisionCall.MaxLimits} counters.", nameof(call));
        RedisKey[] keys = [.. Keys(partition), .. call.Counters.SelectMany(counter => KeysOf(partition, counter.Rule, counter.ScopeId, counter.PeriodStart))];
        var parts = await RunAsync(StoreScripts.AskApproval, partition, keys, () => Arguments(call, partition), [.. call.Counters.Select(counter => counter.Rule.Family.Calendar)]).ConfigureAwait(false);
        var reply = new Reply((byte[])parts[0]!, keys, key: 1);
        if (reply.Status != Reply.Done)
            throw Replies.Unknown(reply.Status);
        var asked = ImmutableArray.CreateBuilder<AskedApproval>(call.Counters.Length);
        foreach (var counter in call.Counters)
            asked.Add(Asked(call, counter, reply.Take(AskedLayout.Size), reply.Now));
        return new() { Now = reply.Now, Approvals = asked.MoveToImmutable(), Expired = Records(parts, partition) };
    }

    public async ValueTask<DecideApprovalAnswer> DecideAsync(DecideApprovalCall call, Partition partition)
    {
        var approval = call.Approval;
        var (counter, asked, pending) = KeysOf(partition, approval.Rule, approval.ScopeId, approval.PeriodStart) is [var first, var second, var third] ? (first, second, third) : default;
        RedisKey[] keys = [.. Keys(partition), asked, pending, counter];
        var parts = await RunAsync(
            appending.Maker is null ? StoreScripts.DecideApproval : StoreScripts.DecideApprovalWithEntry, partition, appending.Maker is null ? keys : [.. keys, partition.Entries],
            () => appending.Maker is { } entries ? [.. Arguments(call, partition), entries.OfApproval(call, partition.Now())] : Arguments(call, partition), [approval.Rule.Family.Calendar]).ConfigureAwait(false);
        var reply = new Reply((byte[])parts[0]!, keys, key: 1);
        var present = reply.Rest.IsEmpty ? null : StoredApproval.Read(approval.Id, reply.Rest.ToArray(), partition.Approvals);
        return new()
        {
            Status = reply.Status switch
            {
                Reply.Done or Reply.Replayed => DecideApprovalStatus.Done,
                Reply.NotFound => DecideApprovalStatus.NotFound,
                Reply.Conflict => DecideApprovalStatus.Conflict,
                Reply.Overflow => DecideApprovalStatus.OutOfRange,
                _ => throw Replies.Unknown(reply.Status),
            },
            Now = reply.Now,
            IsReplay = reply.Status == Reply.Replayed,
            Approval = present,
            Expired = Records(parts, partition),
        };
    }

    public async ValueTask<ReadApprovalsAnswer> ReadAsync(ReadApprovalsCall call, Partition partition)
    {
        if (!call.Ids.IsDefault && call.Ids.Length > ReadApprovalsCall.MaxIds)
            throw new ArgumentException($"A call has at most {ReadApprovalsCall.MaxIds} ids, not {call.Ids.Length}.", nameof(call));
        RedisKey[] keys = [.. Keys(partition).Take(3)];
        RedisValue[] wanted = call.Ids.IsDefault
            ? [call.State is { } state ? StoredApproval.LetterOf(state).ToString() : "", call.Count, call.After is { } after ? MemberOf(after) : ""]
            : ["", "", .. call.Ids.Select(id => (RedisValue)id)];
        var parts = await RunAsync(StoreScripts.ReadApprovals, partition, keys, () => [partition.Epoch, .. wanted], []).ConfigureAwait(false);
        var reply = new Reply((byte[])parts[0]!, keys, key: 1);
        return reply.Status == Reply.Done
            ? new() { Now = reply.Now, Approvals = Records(parts, partition), Next = PlaceOf(reply.Rest, partition) }
            : throw Replies.Unknown(reply.Status);
    }

    private async ValueTask<RedisResult[]> RunAsync(StoreScript script, Partition partition, RedisKey[] keys, Func<RedisValue[]> arguments, PeriodCalendar[] calendars)
    {
        var start = caller.Begin();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            foreach (var calendar in calendars)
                await timeZones.ReadyAsync(partition, calendar, start).ConfigureAwait(false);
            var parts = (RedisResult[]?)await caller.RunAsync(script, keys, arguments(), start).ConfigureAwait(false);
            if (parts is not [var first, ..] || parts.Length % 2 != 1)
                throw Replies.Unreadable(partition.Approvals);
            if (!await handshake.IsToBeRepeatedAsync(Replies.Bytes(first, partition.Approvals), keys, partition, start).ConfigureAwait(false))
                return parts;
        }
        throw Replies.Unsettled();
    }

    private static RedisValue[] Arguments(AskApprovalCall call, Partition partition)
    {
        var packedCall = new byte[AskCallLayout.Size];
        var writer = new PackedWriter(packedCall);
        AskCallLayout.Write(ref writer, Microseconds(call.Lifetime), Microseconds(call.Retention), AskApprovalCall.MaxPending);
        var packed = new byte[AskLayout.Size * call.Counters.Length];
        writer = new(packed);
        foreach (var counter in call.Counters)
        {
            var period = counter.Period;
            AskLayout.Write(ref writer, Math.Max(Milliseconds(period.Start), 0), period.IsBounded ? Milliseconds(period.End) : 0, counter.Reading.Allowance);
        }
        return [partition.Epoch, packedCall, packed, .. call.Counters.SelectMany(counter => new RedisValue[] { counter.ApprovalId, StoredApproval.Frozen(counter, call.Request) })];
    }

    private static RedisValue[] Arguments(DecideApprovalCall call, Partition partition)
    {
        var packed = new byte[DecideApprovalCallLayout.Size];
        var writer = new PackedWriter(packed);
        var kept = call.Approval.Rule.KeptUntil(call.Approval.Period);
        DecideApprovalCallLayout.Write(
            ref writer, StoredApproval.LetterOf(call.State), call.Fingerprint, call.Amount, call.State == ApprovalState.Denied ? Microseconds(call.AskAgainAfter) : 0, Microseconds(call.Retention),
            partition.Periods().Longer(kept == DateTime.MaxValue ? 0 : Milliseconds(kept)));
        return [partition.Epoch, packed, call.Approval.Id, StoredApproval.End(call)];
    }

    private static AskedApproval Asked(AskApprovalCall call, in AskedCounter counter, ReadOnlySpan<byte> asked, DateTimeOffset now)
    {
        var id = Encoding.ASCII.GetString(AskedLayout.Id(asked));
        return (char)AskedLayout.Answer(asked)[0] switch
        {
            // A script that is repeated finds what it has made itself.
            AskedAnswer.IsPending => new(id, id == counter.ApprovalId ? counter.AskedAt(now, call) : null),
            AskedAnswer.IsNot => new(Id: null),
            AskedAnswer.IsOutdated => new(Id: null, IsOutdated: true),
            var other => throw Replies.Unknown(other),
        };
    }

    private static ImmutableArray<ApprovalRecord> Records(RedisResult[] parts, Partition partition)
    {
        var records = ImmutableArray.CreateBuilder<ApprovalRecord>(parts.Length / 2);
        for (var i = 1; i < parts.Length; i += 2)
            records.Add(StoredApproval.Read((string?)parts[i] ?? "", (byte[]?)parts[i + 1] ?? [], partition.Approvals));
        return records.MoveToImmutable();
    }

    private static RedisKey[] Keys(Partition partition) => [partition.Meta, partition.Approvals, partition.ApprovalList, partition.ApprovalEnds];

    /// <summary>The keys of a counter, of what was asked for it last, and of the pending approvals of its budget.</summary>
    private static RedisKey[] KeysOf(Partition partition, CounterRule rule, string scopeId, DateTime periodStart)
    {
        var ending = rule.Family.Calendar.KeyEndingOf(periodStart);
        return
        [
            CallKeys.Counter(partition, rule.Family, scopeId, ending),
            RuleKeys.OfApprovals(rule.Family).Of(partition, scopeId, ending),
            partition.KeyBase + "w:" + KeyText.OfName(rule.Id),
        ];
    }

    // As approval_place.lua makes it.
    private static string MemberOf(ApprovalPlace place) =>
        string.Create(CultureInfo.InvariantCulture, $"{(place.RequestedAt.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond:D16}{place.Id}");

    private static ApprovalPlace? PlaceOf(ReadOnlySpan<byte> member, Partition partition)
    {
        if (member.IsEmpty)
            return null;
        var text = Encoding.UTF8.GetString(member);
        return text.Length > PlaceDigits && long.TryParse(text.AsSpan(0, PlaceDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var us)
            ? new(DateTimeOffset.UnixEpoch.AddTicks(us * TimeSpan.TicksPerMicrosecond), text[PlaceDigits..])
            : throw RedisFault.Corrupt(partition.ApprovalList, cause: null);
    }

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    private static long Milliseconds(DateTime utc) => (utc.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
}
