namespace BudgetFirewall;

/// <summary>The form in which requests and answers of an API name their model and usage.</summary>
public enum HttpUsageFormat
{
    /// <summary>The API of OpenAI and of those that speak it: chat completions, completions, responses and embeddings, as JSON and as streams.</summary>
    OpenAI,

    /// <summary>The Messages API of Anthropic, as JSON and as streams.</summary>
    Anthropic,
}
