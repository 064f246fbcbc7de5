using System.Runtime.CompilerServices;

namespace BudgetFirewall.Storage;

/// <summary>
/// A buffer of one item per limit of a call. It is on the stack for as many items as most calls need, because the stack must be cleared for each call.
/// </summary>
internal struct LimitBuffer<T>
{
    private const int FewLimits = 8;

    private Few _few;
    private T[]? _more;

    public T this[int index]
    {
        readonly get => index < FewLimits ? _few[index] : _more![index - FewLimits];
        set
        {
            if (index < FewLimits)
                _few[index] = value;
            else
                (_more ??= new T[DecisionCall.MaxLimits - FewLimits])[index - FewLimits] = value;
        }
    }

    [InlineArray(FewLimits)]
    private struct Few
    {
        private T _first;
    }
}
