namespace BudgetFirewall;

internal static class ContentHeaders
{
    /// <summary>Gives one content the headers of another, its length included where it is known.</summary>
    public static void Copy(HttpContent from, HttpContent to)
    {
        // A content that can compute its length puts it into its headers only once the length is read.
        _ = from.Headers.ContentLength;
        foreach (var (name, values) in from.Headers.NonValidated)
            to.Headers.TryAddWithoutValidation(name, values);
    }
}
