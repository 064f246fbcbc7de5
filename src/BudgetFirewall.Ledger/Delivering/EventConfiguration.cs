using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace BudgetFirewall;

/// <summary>Reads the options of subscriptions from configuration, key by key. What is wrong is told in one message, each error with its path; values are shown, but not those of secrets. A key that is not known is an error.</summary>
internal sealed class EventConfiguration(IConfiguration section)
{
    private readonly List<string> _errors = [];
    private readonly List<Action<LedgerEventOptions>> _changes = [];

    /// <summary>What changes the options as the section says.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong in the section.</exception>
    public static Action<LedgerEventOptions> Read(IConfiguration section)
    {
        var reading = new EventConfiguration(section);
        reading.ReadOptions();
        // What has a range says so where it is set.
        if (reading._errors.Count > 0)
            throw new OptionsValidationException(Options.DefaultName, typeof(LedgerEventOptions), reading._errors);
        return options => reading._changes.ForEach(change => change(options));
    }

    private void ReadOptions()
    {
        RefuseOthers(section, nameof(LedgerEventOptions.Delivers), nameof(LedgerEventOptions.DeliveriesAtOnce), nameof(LedgerEventOptions.PollEvery), nameof(LedgerEventOptions.KeepFor), nameof(WebhookOptions.AllowedNetworks),
            nameof(WebhookOptions.Timeout), nameof(LedgerEventOptions.Subscriptions));
        Take(nameof(LedgerEventOptions.Delivers), Boolean, (options, value) => options.Delivers = value);
        Take(nameof(LedgerEventOptions.DeliveriesAtOnce), text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw new FormatException("must be a whole number such as 16"),
            (options, value) => options.DeliveriesAtOnce = value);
        Take(nameof(LedgerEventOptions.PollEvery), Span, (options, value) => options.PollEvery = value);
        Take(nameof(LedgerEventOptions.KeepFor), Span, (options, value) => options.KeepFor = value);
        Take(nameof(WebhookOptions.Timeout), Span, (options, value) => options.Webhooks.Timeout = value);
        foreach (var network in Items(section.GetSection(nameof(WebhookOptions.AllowedNetworks))))
        {
            Try(network, text => IPNetwork.TryParse(text, out var value) ? value : throw new FormatException("must be a network such as 10.0.0.0/8"),
                value => _changes.Add(options => options.Webhooks.AllowedNetworks.Add(value)));
        }
        foreach (var subscription in Items(section.GetSection(nameof(LedgerEventOptions.Subscriptions))))
            ReadSubscription(subscription);
    }

    private void ReadSubscription(IConfigurationSection item)
    {
        RefuseOthers(item, nameof(EventSubscription.Id), nameof(EventSubscription.Name), nameof(EventSubscription.Kind), nameof(EventSubscription.Url), nameof(EventSubscription.Types), nameof(EventSubscription.Scopes),
            nameof(EventSubscription.IsActive), nameof(CreatedSubscription.Secret));
        var before = _errors.Count;
        var (read, secret) = (new EventSubscription { Url = "" }, (WebhookSecret?)null);
        Require(item, nameof(read.Id), text => read = read with { Id = text });
        Require(item, nameof(read.Url), text => read = read with { Url = text });
        Try(item.GetSection(nameof(read.Name)), text => text, text => read = read with { Name = text });
        Try(item.GetSection(nameof(read.Kind)), Kind, kind => read = read with { Kind = kind });
        Try(item.GetSection(nameof(read.IsActive)), Boolean, isActive => read = read with { IsActive = isActive });
        string[] types = [.. Items(item.GetSection(nameof(read.Types))).Select(type => type.Value ?? "")];
        string[] scopes = [.. Items(item.GetSection(nameof(read.Scopes))).Select(scope => scope.Value ?? "")];
        Try(item.GetSection(nameof(read.Types)).Path, string.Join(", ", types), () => read = read with { Types = [.. types] });
        Try(item.GetSection(nameof(read.Scopes)).Path, string.Join(", ", scopes), () => read = read with { Scopes = [.. scopes] });
        ReadSecret(item.GetSection(nameof(CreatedSubscription.Secret)), read.Kind, value => secret = value);
        if (_errors.Count == before)
            _changes.Add(options => options.Subscriptions.Add(new(read, secret)));
    }

    private void ReadSecret(IConfigurationSection item, EventSubscriptionKind kind, Action<WebhookSecret> take)
    {
        if (item.Value is null)
        {
            if (EventSender.IsSigned(kind))
                _errors.Add($"{item.Path} is missing: a webhook is signed with it");
            return;
        }
        try
        {
            take(WebhookSecret.Parse(item.Value));
        }
        catch (ArgumentException)
        {
            _errors.Add($"{item.Path} must be whsec_ and 24 to 64 bytes in base64; its {item.Value.Length} characters are not shown");
        }
    }

    private void Take<T>(string key, Func<string, T> parse, Action<LedgerEventOptions, T> set) => Try(section.GetSection(key), parse, value =>
    {
        set(new(), value);
        _changes.Add(options => set(options, value));
    });

    private void Require(IConfigurationSection item, string key, Action<string> take)
    {
        if (item.GetSection(key).Value is null)
            _errors.Add($"{item.GetSection(key).Path} is missing");
        else
            Try(item.GetSection(key), text => text, take);
    }

    private void Try<T>(IConfigurationSection item, Func<string, T> parse, Action<T> take)
    {
        if (item.GetChildren().Any())
            _errors.Add($"{item.Path} must be a single value");
        else if (item.Value is { } text)
            Try(item.Path, text, () => take(parse(text)));
    }

    private void Try(string path, string found, Action take)
    {
        try
        {
            take();
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            var problem = e.Message.Split(" (Parameter", 2)[0].Split(Environment.NewLine, 2)[0].TrimEnd('.');
            problem = problem.StartsWith("must ", StringComparison.Ordinal) ? $"{path} {problem}" : $"{path}: {problem}";
            _errors.Add(DisplayText.Escape(problem.Contains('\'', StringComparison.Ordinal) ? problem : $"{problem} but is '{found}'"));
        }
    }

    private List<IConfigurationSection> Items(IConfigurationSection list)
    {
        if (!string.IsNullOrEmpty(list.Value))
            _errors.Add(DisplayText.Escape($"{list.Path} must be a list but is '{list.Value}'"));
        return [.. list.GetChildren()];
    }

    private void RefuseOthers(IConfiguration item, params ReadOnlySpan<string> known)
    {
        if (item is IConfigurationSection { Value.Length: > 0 } single)
            _errors.Add($"{single.Path} must have keys of its own ({string.Join(", ", known)})");
        foreach (var child in item.GetChildren())
        {
            if (!known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                _errors.Add(DisplayText.Escape($"{child.Path} is not a known key; known here are {string.Join(", ", known)}"));
        }
    }

    private static bool Boolean(string text) => bool.TryParse(text, out var value) ? value : throw new FormatException("must be true or false");

    private static TimeSpan Span(string text) => text.AsSpan().Count(':') == 2 && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new FormatException("must be a time span [days.]hours:minutes:seconds such as 00:00:20");

    private static EventSubscriptionKind Kind(string text) => Enum.GetValues<EventSubscriptionKind>().Where(kind => string.Equals(kind.ToString(), text, StringComparison.OrdinalIgnoreCase))
        .Select(kind => (EventSubscriptionKind?)kind).FirstOrDefault() ?? throw new FormatException($"must be one of {string.Join(", ", Enum.GetNames<EventSubscriptionKind>())}");
}
