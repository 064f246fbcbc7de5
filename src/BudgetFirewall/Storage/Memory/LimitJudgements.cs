using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BudgetFirewall.Storage;

/// <summary>The judgements of the limits of one call. Nothing is allocated while every limit admits, which is mostly so.</summary>
internal struct LimitJudgements(int limitCount)
{
    private Judgement[]? _judgements;

    /// <summary>True when a limit refuses.</summary>
    public bool AreRefusing { get; private set; }

    /// <summary>The longest delay of the limits; zero where none delays.</summary>
    public TimeSpan Wait { get; private set; }

    /// <summary>The judgements in the order of the limits; empty when every limit admits.</summary>
    public readonly ImmutableArray<Judgement> All => _judgements is null ? [] : ImmutableCollectionsMarshal.AsImmutableArray(_judgements);

    public readonly bool IsPassedOver(int index) => _judgements is not null && _judgements[index].IsPassedOver;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int index, Judgement judgement)
    {
        if (judgement != Judgement.Admitted)
            Note(index, judgement);
    }

    private void Note(int index, Judgement judgement)
    {
        _judgements ??= new Judgement[limitCount];
        _judgements[index] = judgement;
        AreRefusing |= judgement.IsRefusal;
        if (judgement.IsDelay && judgement.Wait > Wait)
            Wait = judgement.Wait.Value;
    }
}
