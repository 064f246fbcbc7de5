using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace BudgetFirewall;

/// <summary>Reads the options of a guarded application from configuration. A list that is given replaces the one that the options have.</summary>
internal static class BudgetGuardReader
{
    private const string UsualSection = "BudgetGuard";
    private const string UserClaim = "UserClaim";
    private const string UserHeader = "UserHeader";
    private const int LongestName = 256;
    private static readonly TimeSpan LongestTime = TimeSpan.FromHours(24);

    /// <exception cref="OptionsValidationException">Something in the section is not valid; the message has every error, with its path and the value found.</exception>
    public static void Read(IConfiguration configuration, BudgetGuardOptions options)
    {
        var section = new GuardSection(configuration, []);
        // A section that is misspelt, or whose file went away, must not switch anything back unnoticed.
        if (section.IsEmpty)
            section.Errors.Add($"The configuration section '{section.Path}' does not exist or is empty");
        else if (configuration is not IConfigurationSection && section.Section(UsualSection) is { IsEmpty: false })
            section.Errors.Add($"The whole configuration was given: give its section, GetSection(\"{UsualSection}\")");
        else
            Read(section, options);
        if (section.Errors.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(BudgetGuardOptions), section.Errors);
    }

    private static void Read(GuardSection section, BudgetGuardOptions options)
    {
        section.Read(nameof(options.IsEnabled), (bool value) => options.IsEnabled = value);
        section.Read(nameof(options.RefuseRequests), (bool value) => options.RefuseRequests = value);
        section.Read(nameof(options.ChargeRequests), (bool value) => options.ChargeRequests = value);
        section.Read(nameof(options.WarnCallers), (bool value) => options.WarnCallers = value);
        section.Read(nameof(options.FailureMode), (FailureMode value) => options.FailureMode = value);
        section.Read(nameof(options.GuardEveryRequest), (bool value) => options.GuardEveryRequest = value);
        section.ReadList(nameof(options.ExcludePaths), options.ExcludePaths.Clear, text => options.ExcludePaths.Add(Path(text)));
        section.ReadList(nameof(options.IncludeOnlyPaths), options.IncludeOnlyPaths.Clear, text => options.IncludeOnlyPaths.Add(Path(text)));
        section.ReadList(nameof(options.ExcludeMethods), options.ExcludeMethods.Clear, text => options.ExcludeMethods.Add(Method(text)));
        Read(section.Section(nameof(options.Defaults)), options.Defaults);
        section.RefuseOthers();
    }

    private static void Read(GuardSection section, BudgetEndpointOptions options)
    {
        section.Read(nameof(options.Firewall), text => options.Firewall = Name(text));
        section.Read(nameof(options.Provider), text => options.Provider = Name(text));
        section.Read(UserClaim, text => options.UserId = BudgetUserId.FromClaim(Name(text)));
        section.Read(UserHeader, text => options.UserId = BudgetUserId.FromHeader(Name(text)));
        if (section.Has(UserClaim) && section.Has(UserHeader))
            section.Errors.Add($"{section.Path} gives both {UserClaim} and {UserHeader}: give one");
        section.Read(nameof(options.RequireUser), (bool value) => options.RequireUser = value);
        ReadConstant(section, nameof(options.Operation), value => options.Operation = value);
        ReadConstant(section, nameof(options.ProjectId), value => options.ProjectId = value);
        ReadConstant(section, nameof(options.Model), value => options.Model = value);
        section.Read(nameof(options.Cost), min: 0, max: 9_000_000_000m, value => options.Cost = value);
        section.Read(nameof(options.Permits), min: 0, max: 1_000_000_000, value => options.Permits = decimal.IsInteger(value) ? (int)value : throw new FormatException("must be a whole number"));
        section.Read(nameof(options.Lease), TimeSpan.FromSeconds(1), LongestTime, value => options.Lease = value);
        section.Read(nameof(options.MaxHold), TimeSpan.Zero, LongestTime, value => options.MaxHold = value);
        section.Read(nameof(options.Headers), (BudgetHeaders value) => options.Headers = value);
        section.Read(nameof(options.WarnAtUtilization), min: 0, max: 100, value => options.WarnAtUtilization = value);
        section.ReadList(nameof(options.HiddenScopeKinds), options.HiddenScopeKinds.Clear, text => options.HiddenScopeKinds.Add(Name(text)));
        section.Read(nameof(options.DenialDetails), (BudgetDenialDetails value) => options.DenialDetails = value);
        section.RefuseOthers();
    }

    private static void ReadConstant(GuardSection section, string key, Action<Func<HttpContext, string?>> take) => section.Read(key, text =>
    {
        var name = Name(text);
        take(_ => name);
    });

    private static PathString Path(string text) =>
        text.StartsWith('/') ? new(text) : throw new FormatException("must be a path that begins with a slash, as /health");

    // Methods are compared in their exact spelling, and those of HTTP are in capital letters: get would leave nothing unguarded.
    private static string Method(string text) =>
        text.Length > 0 && text.All(char.IsAsciiLetterUpper) ? text : throw new FormatException("must be a method in capital letters, as HEAD");

    private static string Name(string text) => BudgetScope.IsValidId(text) ? text : throw new FormatException($"must be a name of 1 to {LongestName} characters");
}
