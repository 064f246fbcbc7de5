namespace BudgetFirewall;

internal static class ContentHeaders
{
    /// <summary>Gives one content the headers of another, its length included where it is known.</summary>
    public static void Copy(HttpContent from, HttpContent to)
    {
        // Reading the length has a content that can compute it say so in its headers.
        _ = from.Headers.ContentLength;
        foreach (var (name, values) in from.Headers.NonValidated)
            to.Headers.TryAddWithoutValidation(name, values);
    }
}
