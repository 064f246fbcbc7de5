namespace BudgetFirewall;

/// <summary>Windows of one length, of which one begins at an anchor.</summary>
internal sealed class EvenSpacing(long lengthTicks, long anchorTicks = 0) : WindowSpacing
{
    public override long IndexAt(long clockTicks)
    {
        var (index, rest) = Math.DivRem(clockTicks - anchorTicks, lengthTicks);
        return rest < 0 ? index - 1 : index;
    }

    public override long StartOf(long index) => (long)Int128.Clamp(((Int128)index * lengthTicks) + anchorTicks, 0, DateTime.MaxValue.Ticks);
}
