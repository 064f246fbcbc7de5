namespace BudgetFirewall;

/// <summary>The state of an approval. It begins as pending and ends once: an ended approval never changes again.</summary>
public enum ApprovalState
{
    /// <summary>It was asked for, and can be answered.</summary>
    Pending,

    /// <summary>Somebody has approved an amount.</summary>
    Approved,

    /// <summary>Somebody has refused it.</summary>
    Denied,

    /// <summary>Nobody has answered it in time.</summary>
    Expired,

    /// <summary>It was taken back without an answer.</summary>
    Cancelled,
}
