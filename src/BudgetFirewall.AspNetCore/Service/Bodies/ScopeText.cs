namespace BudgetFirewall;

/// <summary>Scopes as JSON: their text form.</summary>
internal static class ScopeText
{
    /// <exception cref="FieldException">The text is not a scope.</exception>
    public static BudgetScope Parse(string text, string field)
    {
        try
        {
            return BudgetScope.Parse(text);
        }
        catch (FormatException e)
        {
            throw new FieldException(field, e.Message);
        }
    }
}
