namespace BudgetFirewall.Sample.Web;

/// <summary>Settings that have a name of the sample's, and another that hosting services use.</summary>
internal static class Setting
{
    /// <summary>The value under the first name that has one; null where none has.</summary>
    public static string? Of(IConfiguration configuration, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (configuration[name] is { Length: > 0 } value)
                return value;
        }
        return null;
    }

    /// <summary>True or false; false where there is no such setting.</summary>
    public static bool IsOn(IConfiguration configuration, string name) => Of(configuration, name) switch
    {
        null => false,
        var text => bool.TryParse(text, out var value) ? value : throw new FormatException($"{name} must be true or false but is '{text}'"),
    };
}
