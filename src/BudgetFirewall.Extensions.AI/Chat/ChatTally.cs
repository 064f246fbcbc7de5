using System.Text;
using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>Collects an answer as it comes: the sum of the reported usages, and the parts that may have to be estimated.</summary>
internal sealed class ChatTally(ChatPrompt prompt, ChatCallRules rules)
{
    private readonly StringBuilder _text = new();
    private readonly List<object>? _raw = rules.MapsUsage ? [] : null;
    private ChatResponse? _response;
    private UsageDetails? _reported;
    private bool _hasServiceTier;
    private string? _serviceTier;
    private bool _isMapped;
    private long _images;
    private long _otherTokens;
    private int _coveredText;
    private long _coveredOtherTokens;

    /// <summary>True once anything has come back, empty or not.</summary>
    public bool HasSeenAny { get; private set; }

    /// <summary>True when tokens were written to the cache, and neither the report nor a mapping says for how long. Known once the usage is made.</summary>
    public bool HasUndividedCacheWrites => !_isMapped && _reported is not null && ReportedTokenDetails.HasUndividedCacheWrites(_reported);

    public void Add(ChatResponse response)
    {
        HasSeenAny = true;
        _response = response;
        See(response.RawRepresentation, response.AdditionalProperties);
        foreach (var message in response.Messages)
            Add(response.Usage is null ? message.Contents : message.Contents.Where(static content => content is not UsageContent));
        Report(response.Usage);
    }

    public void Add(ChatResponseUpdate update)
    {
        See(update.RawRepresentation, update.AdditionalProperties);
        Add(update.Contents);
    }

    private void Add(IEnumerable<AIContent> contents)
    {
        HasSeenAny = true;
        foreach (var content in contents)
        {
            if (content is TextContent or TextReasoningContent)
                _text.Append(content is TextContent text ? text.Text : ((TextReasoningContent)content).Text);
            else if (content is not UsageContent)
                _otherTokens += rules.EstimateContent(content, prompt.Request.Model);
            if (content is DataContent data && data.HasTopLevelMediaType("image") || content is UriContent uri && uri.HasTopLevelMediaType("image"))
                _images++;
        }
        foreach (var content in contents)
        {
            if (content is not UsageContent usage)
                continue;
            See(usage.RawRepresentation, properties: null);
            Report(usage.Details);
        }
    }

    private void See(object? raw, AdditionalPropertiesDictionary? properties)
    {
        if (raw is not null)
            _raw?.Add(raw);
        if (AnsweredTier.TryRead(properties, out var tier))
            (_hasServiceTier, _serviceTier) = (true, tier);
    }

    private void Report(UsageDetails? usage)
    {
        if (usage is null)
            return;
        ReportedCount.Add(_reported ??= new(), usage);
        if (usage.OutputTokenCount >= 0 || usage.TotalTokenCount >= 0)
            (_coveredText, _coveredOtherTokens) = (_text.Length, _otherTokens);
    }

    /// <summary>The usage of the call; IsEstimated is true when any of it is an estimate.</summary>
    /// <param name="isComplete">False where the answer broke off: content that came after the last report is then added to it.</param>
    public (BudgetUsage Usage, bool IsEstimated) ToUsage(bool isComplete)
    {
        var unreported = isComplete ? 0 : SeenTokens(_coveredText, _coveredOtherTokens);
        if (_reported is not null && rules.MapsUsage && Mapped(_reported, isComplete) is { } mapped)
            return (unreported == 0 ? mapped : mapped with { OutputTokens = Math.Min((mapped.OutputTokens ?? 0) + unreported, ReportedCount.Max) }, unreported > 0);
        return Defined(unreported);
    }

    private (BudgetUsage Usage, bool IsEstimated) Defined(long unreported)
    {
        var (usage, isEstimated) = UsageMapping.Of(_reported ?? new(), prompt.EstimatedInput, SeenTokens(0, 0), unreported);
        return (usage with { ServiceTier = _hasServiceTier ? _serviceTier : prompt.Request.Usage?.ServiceTier, Units = UsageMapping.WithImages(usage.Units, _images) }, isEstimated);
    }

    /// <summary>Calls MapUsage. A result without a service tier gets that of the answer or of the request.</summary>
    private BudgetUsage? Mapped(UsageDetails reported, bool isComplete)
    {
        var (usage, _) = Defined(unreported: 0);
        var mapped = rules.MapUsage(new()
        {
            Usage = usage,
            Details = reported,
            Request = prompt.Request,
            Messages = prompt.Messages,
            Options = prompt.Options,
            Response = _response,
            RawRepresentations = _raw!,
            IsComplete = isComplete,
        });
        _isMapped = mapped is not null;
        return mapped is { ServiceTier: null } ? mapped with { ServiceTier = usage.ServiceTier } : mapped;
    }

    private long SeenTokens(int fromText, long fromOtherTokens)
    {
        var text = _text.Length > fromText ? rules.EstimateText(_text.ToString(fromText, _text.Length - fromText), prompt.Request.Model) : 0;
        return text + _otherTokens - fromOtherTokens;
    }
}
