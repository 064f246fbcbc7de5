using System.Globalization;
using System.Security.Cryptography;
using BudgetFirewall.Storage;
using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>
/// The sets in which one process notes the made-up ids of its checks, a set for each second, so that its own repetitions of a check take nothing twice. A member of a set costs
/// the server less memory and less time than a record of its own. Thread-safe.
/// </summary>
internal sealed class RecentChecks(string keyBase, TimeProvider timeProvider)
{
    private readonly string _own = keyBase + "i:" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)) + ":";
    private readonly long _begin = timeProvider.GetTimestamp();
    private volatile SetOfIds? _present;

    /// <summary>How the id of a call is remembered: in the present set where it is made up and of a check that may take something, and otherwise by a record.</summary>
    public CheckNote NoteFor(DecisionCall call)
    {
        if (call.Retention is not null)
            return new(CheckMemory.Always);
        if (call.Kind is not (DecisionKind.Check or DecisionKind.CheckRateLimits) || call.OperationId.Length != ScriptNumbers.MadeUpIdSize)
            return new(CheckMemory.OnceTaken);
        var (takes, mayWait) = (false, false);
        for (var i = call.BudgetCount; i < call.Limits.Length; i++)
        {
            var (rule, take) = ((RateLimitRule)call.Limits[i].Rule, call.Limits[i].Take);
            takes |= take > 0 && rule.Enforcement.Denies;
            mayWait |= rule.IsQueue;
        }
        return takes ? new(mayWait ? CheckMemory.ByTurn : CheckMemory.AmongOthers, Present()) : new(CheckMemory.OnceTaken);
    }

    private RedisKey Present()
    {
        var second = (long)timeProvider.GetElapsedTime(_begin).TotalSeconds;
        var present = _present;
        if (present is null || present.Second != second)
            _present = present = new(second, _own + second.ToString(CultureInfo.InvariantCulture));
        return present.Key;
    }

    /// <summary>The set of one second, counted since the process met the partition.</summary>
    private sealed record SetOfIds(long Second, RedisKey Key);
}
