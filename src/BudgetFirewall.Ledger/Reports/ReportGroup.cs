namespace BudgetFirewall.Storage;

/// <summary>The ids of the scopes of a group, in the order of the request; 0 for none.</summary>
/// <param name="First">The first scope.</param>
/// <param name="Second">The second scope.</param>
/// <param name="Third">The third scope.</param>
/// <param name="Fourth">The fourth scope.</param>
internal readonly record struct ReportGroup(long First, long Second = 0, long Third = 0, long Fourth = 0)
{
    public long this[int index] => index switch
    {
        0 => First,
        1 => Second,
        2 => Third,
        3 => Fourth,
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, "There are at most four."),
    };
}
