using System.Runtime.CompilerServices;

namespace BudgetFirewall.Storage;

/// <summary>Room on the stack for one thing per limit of a step.</summary>
[InlineArray(Length)]
internal struct Buffer32<T>
{
    public const int Length = 32;

    private T _first;
}
