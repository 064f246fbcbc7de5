using System.Text;
using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>The default estimate of one part of a message.</summary>
internal static class ContentEstimate
{
    private const long TokensPerAttachment = 1_600;
    private const int BytesPerToken = 100;

    public static long Of(ITokenEstimator estimator, AIContent content, string? model) => content switch
    {
        UsageContent => 0,
        DataContent data => data.HasTopLevelMediaType("image") ? TokensPerAttachment : Math.Max(TokensPerAttachment, data.Data.Length / BytesPerToken),
        UriContent or HostedFileContent => TokensPerAttachment,
        _ => TextOf(content) is { Length: > 0 } text ? estimator.EstimateText(text, model) : 0,
    };

    private static string TextOf(AIContent content) => content switch
    {
        TextContent text => text.Text,
        TextReasoningContent reasoning => reasoning.Text + reasoning.ProtectedData,
        FunctionCallContent call => CallText(call),
        FunctionResultContent result => $"{result.CallId}{result.Result}",
        _ => "",
    };

    private static string CallText(FunctionCallContent call)
    {
        var text = new StringBuilder(call.CallId).Append(call.Name);
        foreach (var (name, value) in call.Arguments ?? new Dictionary<string, object?>())
            text.Append('"').Append(name).Append("\":").Append(value).Append(',');
        return text.ToString();
    }
}
