using System.Globalization;
using System.Security.Cryptography;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>
/// The sets in which one process notes the made-up ids of its checks, a set for each second, so that its own repetitions of a check take nothing twice. A member of a set costs
/// the server a third of the memory and half of the time of a record of its own. Thread-safe.
/// </summary>
internal sealed class RecentChecks(string keyBase, TimeProvider timeProvider)
{
    private readonly string _own = keyBase + "i:" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)) + ":";
    private readonly long _begin = timeProvider.GetTimestamp();
    private volatile SetOfIds? _present;

    /// <summary>The set for the id of a call; null where the id needs a record: one that was given, one that may have to wait for its turn, or one of a call that takes nothing.</summary>
    public SetOfIds? SetFor(DecisionCall call)
    {
        if (call.Retention is not null || call.Kind is not (DecisionKind.Check or DecisionKind.CheckRateLimits) || call.OperationId.Length != ScriptNumbers.MadeUpIdSize)
            return null;
        var takes = false;
        for (var i = call.BudgetCount; i < call.Limits.Length; i++)
        {
            var (rule, take) = ((RateLimitRule)call.Limits[i].Rule, call.Limits[i].Take);
            if (rule.IsQueue)
                return null;
            takes |= take > 0 && rule.Enforcement.Denies;
        }
        return takes ? Present() : null;
    }

    private SetOfIds Present()
    {
        var second = (long)timeProvider.GetElapsedTime(_begin).TotalSeconds;
        var present = _present;
        if (present is null || present.Second != second)
            _present = present = new(second, _own + second.ToString(CultureInfo.InvariantCulture));
        return present;
    }

    /// <summary>Begins anew, as the server may have lost the sets, and with them their expiry.</summary>
    public void Forget() => _present = null;

    /// <summary>One set.</summary>
    public sealed class SetOfIds(long second, RedisKey key)
    {
        private long _keptMs;

        /// <summary>The second that it is for, counted since the process met the partition.</summary>
        public long Second { get; } = second;

        /// <summary>The set's key.</summary>
        public RedisKey Key { get; } = key;

        /// <summary>The server's time, in ms since 1970, until which it keeps the set at least, as far as it has said so; 0: it may have given it no expiry yet.</summary>
        public long KeptMs => Volatile.Read(ref _keptMs);

        /// <summary>Takes note that the server has just given the set an expiry, where it had none that is known.</summary>
        /// <param name="life">The time that the set has from then on.</param>
        /// <param name="now">The server's time.</param>
        public void Expires(TimeSpan life, DateTimeOffset now)
        {
            var nowMs = now.ToUnixTimeMilliseconds();
            if (nowMs >= KeptMs)
                Volatile.Write(ref _keptMs, nowMs + (long)life.TotalMilliseconds);
        }
    }
}
