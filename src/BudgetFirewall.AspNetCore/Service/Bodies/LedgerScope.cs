namespace BudgetFirewall;

/// <summary>Scopes by which entries are looked for.</summary>
internal static class LedgerScope
{
    /// <summary>The id of a scope.</summary>
    /// <exception cref="FieldException">The kind or the id cannot be in an entry, or every entry has it.</exception>
    public static string Checked(string kind, string? id, string field)
    {
        // Every entry is of the global scope, and a filter that does nothing would be a mistake that nobody sees.
        if (kind == BudgetScope.Global.Kind)
            throw new FieldException(field, "Every entry is of the global scope; leave it out.");
        try
        {
            return BudgetScope.Of(kind, id ?? "").Id;
        }
        catch (ArgumentException e)
        {
            throw new FieldException(field, PlainMessage.Of(e));
        }
    }
}
