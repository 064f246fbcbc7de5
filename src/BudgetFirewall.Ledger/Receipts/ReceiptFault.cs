namespace BudgetFirewall.Receipts;

/// <summary>The reason for which a receipt is not valid.</summary>
public enum ReceiptFault
{
    /// <summary>The bytes are no receipt.</summary>
    Unreadable,

    /// <summary>None of the given keys has signed the checkpoint.</summary>
    UnknownKey,

    /// <summary>The checkpoint names a given key, and its signature is not that of the key over this text.</summary>
    SignatureInvalid,

    /// <summary>The checkpoint is that of another log, or of another partition than the entry's.</summary>
    OtherLog,

    /// <summary>The receipt and its checkpoint are of trees of different sizes, or the place of the entry is outside the tree.</summary>
    SizeDiffers,

    /// <summary>A personal value is not what the entry's leaf was made with, or is none of the entry.</summary>
    PersonalValueDiffers,

    /// <summary>The entry, with this place and this proof, is not in the tree that was signed: one of the three was changed.</summary>
    NotInTree,
}
