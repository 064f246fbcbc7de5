using System.Text;
using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>What has been seen of an answer: the sum of the usages reported, and the parts that may have to be estimated.</summary>
internal sealed class ChatTally(ChatPrompt prompt, ChatCallRules rules)
{
    private readonly StringBuilder _text = new();
    private UsageDetails? _reported;
    private long _otherTokens;
    private int _coveredText;
    private long _coveredOtherTokens;

    /// <summary>True once anything has come back, empty or not.</summary>
    public bool HasSeenAny { get; private set; }

    public void Add(ChatResponse response)
    {
        HasSeenAny = true;
        foreach (var message in response.Messages)
            Add(response.Usage is null ? message.Contents : message.Contents.Where(static content => content is not UsageContent));
        Report(response.Usage);
    }

    public void Add(IEnumerable<AIContent> contents)
    {
        HasSeenAny = true;
        foreach (var content in contents)
        {
            if (content is TextContent or TextReasoningContent)
                _text.Append(content is TextContent text ? text.Text : ((TextReasoningContent)content).Text);
            else if (content is not UsageContent)
                _otherTokens += rules.EstimateContent(content, prompt.Request.Model);
        }
        foreach (var content in contents)
        {
            if (content is UsageContent usage)
                Report(usage.Details);
        }
    }

    public void Report(UsageDetails? usage)
    {
        if (usage is null)
            return;
        HasSeenAny = true;
        ReportedCount.Add(_reported ??= new(), usage);
        if (usage.OutputTokenCount >= 0 || usage.TotalTokenCount >= 0)
            (_coveredText, _coveredOtherTokens) = (_text.Length, _otherTokens);
    }

    /// <summary>What the call has used, and whether any of it is an estimate.</summary>
    /// <param name="isComplete">False where the answer broke off: what was seen after the last report then comes on top of it.</param>
    public (BudgetUsage Usage, bool IsEstimated) ToUsage(bool isComplete)
    {
        var unreported = isComplete ? 0 : SeenTokens(_coveredText, _coveredOtherTokens);
        if (_reported is not null && rules.MapUsage(_reported) is { } mapped)
            return (unreported == 0 ? mapped : mapped with { OutputTokens = Math.Min((mapped.OutputTokens ?? 0) + unreported, ReportedCount.Max) }, unreported > 0);
        var (usage, isEstimated) = UsageMapping.Of(_reported ?? new(), prompt.EstimatedInput, SeenTokens(0, 0), unreported);
        return (usage with { ServiceTier = prompt.Request.Usage?.ServiceTier }, isEstimated);
    }

    private long SeenTokens(int fromText, long fromOtherTokens)
    {
        var text = _text.Length > fromText ? rules.EstimateText(_text.ToString(fromText, _text.Length - fromText), prompt.Request.Model) : 0;
        return text + _otherTokens - fromOtherTokens;
    }
}
