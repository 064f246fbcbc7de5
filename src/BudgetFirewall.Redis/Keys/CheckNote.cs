using StackExchange.Redis;

namespace BudgetFirewall;

/// <summary>How the id of a call is remembered.</summary>
/// <param name="Memory">One of <see cref="CheckMemory"/>; it does not matter to calls that are no checks.</param>
/// <param name="Set">The set that may have the id; a null key where it is remembered by a record alone.</param>
internal readonly record struct CheckNote(long Memory, RedisKey Set = default)
{
    /// <summary>True when the id is remembered by a record, or may be.</summary>
    public bool HasRecord => Memory != CheckMemory.AmongOthers;

    /// <summary>True when a set may have the id.</summary>
    public bool HasSet => Memory is CheckMemory.AmongOthers or CheckMemory.ByTurn;
}
