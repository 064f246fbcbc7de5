using System.CommandLine;

namespace BudgetFirewall.Tool;

/// <summary>The options that every command has: with what it is done, and in which form it answers.</summary>
internal sealed class Connection(TextWriter output, TextWriter errors)
{
    public const string KeyVariable = "BUDGETFIREWALL_KEY";

    private readonly Option<FileInfo?> _config = Global<FileInfo?>("--config", "FILE", "The application's appsettings.json, with the section BudgetFirewall.");
    private readonly Option<string?> _redis = Global<string?>("--redis", "HOST:PORT", "The Redis in which the application keeps its budgets, or redis://user:password@host:port. Without it state is in memory.");
    private readonly Option<string?> _ledger = Global<string?>("--ledger", "LEDGER", "The application's ledger: sqlite:PATH or postgres:CONNECTION.");
    private readonly Option<string?> _url = Global<string?>("--url", "ADDRESS", "The application's HTTP service, as http://localhost:8080/budget/v1, in place of --config, --redis and --ledger.");
    private readonly Option<string?> _key = Global<string?>("--key", "KEY", $"The key of a caller of the service. Better in the environment, as {KeyVariable}: others see command lines.");
    private readonly Option<string?> _partition = Global<string?>("--partition", "ID", "The partition, where budgets are partitioned.");
    private readonly Option<string?> _by = Global<string?>("--by", "NAME", "Who is recorded as having made a change. The service records its caller. Default: the user of this machine.");
    private readonly Option<bool> _json = new("--json") { Description = "Answer as JSON, for programs.", Recursive = true };

    public IEnumerable<Option> Options => [_config, _redis, _ledger, _url, _key, _partition, _by, _json];

    public string By(ParseResult parsed) => parsed.GetValue(_by) ?? Environment.UserName;

    public bool HasUrl(ParseResult parsed) => parsed.GetValue(_url) is not null;

    /// <summary>Makes a command do something with what its options name, and end with the code that belongs to what came of it.</summary>
    public void Bind(Command command, Func<ParseResult, IBackend, Screen, CancellationToken, Task<ExitCode>> work) => BindAlone(command, async (parsed, screen, cancellationToken) =>
    {
        await using var backend = Open(parsed);
        return await work(parsed, backend, screen, cancellationToken);
    });

    /// <summary>As <see cref="Bind"/>, for what needs no firewall.</summary>
    public void BindAlone(Command command, Func<ParseResult, Screen, CancellationToken, Task<ExitCode>> work) => command.SetAction(async (parsed, cancellationToken) =>
    {
        var screen = new Screen(parsed.GetValue(_json), output, errors);
        try
        {
            return (int)await work(parsed, screen, cancellationToken);
        }
        catch (Exception e)
        {
            foreach (var line in Faults.LinesOf(e))
                screen.Error(line);
            return (int)Faults.CodeOf(e);
        }
    });

    public IBackend Open(ParseResult parsed)
    {
        var settings = new LocalSettings(parsed.GetValue(_config), parsed.GetValue(_redis), parsed.GetValue(_ledger), parsed.GetValue(_partition));
        if (parsed.GetValue(_url) is not { } url)
            return new LocalBackend(settings, By(parsed));
        if (settings is not { Config: null, Redis: null, Ledger: null })
            throw new ToolException(ExitCode.BadInput, "--url stands in place of --config, --redis and --ledger.");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            throw new ToolException(ExitCode.BadInput, $"--url must be an address such as http://localhost:8080/budget/v1, not '{url}'.");
        return new ServiceBackend(new(address, parsed.GetValue(_key) ?? Environment.GetEnvironmentVariable(KeyVariable), settings.Partition));
    }

    private static Option<T> Global<T>(string name, string helpName, string description) => new(name) { Description = description, HelpName = helpName, Recursive = true };
}
