namespace BudgetFirewall;

/// <summary>The scope kinds known by name; any other kind comes from a request's dimensions.</summary>
internal static class ScopeKinds
{
    public const string Global = "global";
    public const string Provider = "provider";
    public const string Project = "project";
    public const string User = "user";
    public const string Model = "model";

    public static bool IsWellKnown(string kind) => kind is Global or Provider or Project or User or Model;
}
