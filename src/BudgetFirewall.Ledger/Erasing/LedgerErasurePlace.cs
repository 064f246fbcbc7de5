namespace BudgetFirewall;

/// <summary>The places of a ledger that may name a person still after they were erased.</summary>
public enum LedgerErasurePlace
{
    /// <summary>A budget, rate limit, pool or approval that is in force, or was removed a short time ago. Remove it, and erase again; what was removed is forgotten after some days.</summary>
    LiveState,

    /// <summary>A subscription to events that names the person in its name, address or filter. Change or delete it, and erase again.</summary>
    Subscription,

    /// <summary>A correction that was noted and is not made yet. Erase again when it is made.</summary>
    PendingCorrection,

    /// <summary>A text of an entry that its leaf holds in clear: the operation's id or its scope, where it names a person who is not one of the entry. Without it the entry could not be proved any more.</summary>
    AttestedText,

    /// <summary>A scope of another kind that has the person's id in it, as a project of that name.</summary>
    OtherScope,

    /// <summary>Another name that entries share: that of a partition, a kind of scope, a currency or an item of a price, or of a caller in a leaf.</summary>
    OtherName,

    /// <summary>The name of a family of counters, which is made of the filters of a budget.</summary>
    CounterFamily,

    /// <summary>A text that has the id inside of a longer word, or JSON that has it in a member whose meaning is not known, where only an id of eight characters or more is looked for.</summary>
    PartOfWord,

    /// <summary>Entries that are not in the database yet, whoever they name: they have waited when the erasure began. Erase again when they are written.</summary>
    Waiting,

    /// <summary>The journal of the firewall, which has entries in clear that are delivered and could not be made shorter. Erase again when its folder can be written to.</summary>
    Journal,

    /// <summary>Copies of the firewall's journal that were set aside because it was damaged, with entries of anybody in clear. <see cref="LedgerErasureRemainder.Files"/> names them; it is empty, and the count 1, where the folder cannot be read. Delete them, and erase again.</summary>
    DamagedJournal,
}
