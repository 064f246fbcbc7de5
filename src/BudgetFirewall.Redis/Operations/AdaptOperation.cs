using System.Collections.Immutable;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>Takes up what a provider has said: one script and one round trip, however many adaptive rate limits it concerns.</summary>
internal sealed class AdaptOperation(ScriptCaller caller, Handshake handshake, TimeZoneCheck timeZones)
{
    private const int MaxAttempts = 8;

    public async ValueTask<AdaptAnswer> RunAsync(AdaptCall call, Partition partition)
    {
        if (call.Reports.Length > DecisionCall.MaxLimits)
            throw new ArgumentException($"A call has at most {DecisionCall.MaxLimits} rate limits, not {call.Reports.Length}.", nameof(call));
        LimitDemand[] limits = [.. call.Reports.Select(report => LimitDemand.Look(report.Rule, report.ScopeId))];
        var keys = CallKeys.OfReports(partition, call.Reports);
        var start = caller.Begin();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            await timeZones.ReadyAsync(partition, limits, start).ConfigureAwait(false);
            var window = CallWindow.Of(limits, call.Validity, partition.Periods());
            RedisValue[] arguments = [partition.ExpectedMeta(call.CatalogVersion), Call(window), PackedLimits.OfReports(call.Reports)];
            var bytes = Replies.Bytes(await caller.RunAsync(StoreScripts.Adapt, keys, arguments, start).ConfigureAwait(false), keys[0]);
            if (!await handshake.IsToBeRepeatedAsync(bytes, keys, partition, start).ConfigureAwait(false))
                return Read(call, bytes, keys);
            if (call.Validity is { } valid && !valid.Contains(partition.Now()))
                return new() { IsOtherTime = true, Now = partition.Now() };
        }
        throw Replies.Unsettled();
    }

    private static byte[] Call(CallWindow window)
    {
        var packed = new byte[AdaptCallLayout.Size];
        var writer = new PackedWriter(packed);
        AdaptCallLayout.Write(ref writer, window.FromMs, window.UntilMs);
        return packed;
    }

    private static AdaptAnswer Read(AdaptCall call, byte[] bytes, RedisKey[] keys)
    {
        var reply = new Reply(bytes, keys, key: 0);
        switch (reply.Status)
        {
            case Reply.StaleCatalog:
                return new() { IsStaleCatalog = true, Now = reply.Now };
            case Reply.Done:
                var changes = ImmutableArray.CreateBuilder<AdaptiveChange>(call.Reports.Length);
                for (var i = 0; i < call.Reports.Length; i++)
                    changes.Add(reply.Change());
                return new() { Now = reply.Now, Changes = changes.MoveToImmutable() };
            default:
                throw Replies.Unknown(reply.Status);
        }
    }
}
