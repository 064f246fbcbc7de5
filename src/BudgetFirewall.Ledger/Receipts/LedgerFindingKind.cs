namespace BudgetFirewall.Receipts;

/// <summary>The kinds of findings in a ledger that is verified.</summary>
public enum LedgerFindingKind
{
    /// <summary>An entry has another content than its leaf was made with, or cannot be read any more.</summary>
    EntryChanged,

    /// <summary>An entry is gone, and was not removed because of its age.</summary>
    EntryMissing,

    /// <summary>An entry has no leaf: it was added by something that does not write receipts.</summary>
    EntryAdded,

    /// <summary>A leaf is gone, or what is kept of the tree does not follow from the leaves.</summary>
    TreeChanged,

    /// <summary>The log has fewer entries than a checkpoint was signed for: its end was cut off.</summary>
    CutOff,

    /// <summary>The first entries of the log, as many as a checkpoint was signed for, are not those that it was signed for.</summary>
    CheckpointDiffers,

    /// <summary>A checkpoint is not signed by a key that is trusted.</summary>
    CheckpointForged,

    /// <summary>An id or a text of an entry was exchanged as if somebody had been erased, and the log of erasures does not have it.</summary>
    ErasureUnknown,
}
