using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace BudgetFirewall;

/// <summary>
/// Answers bodies of other media types. Routing would answer them without a body, since the endpoints say what they accept;
/// these twins, which say nothing, get such requests instead.
/// </summary>
internal static class MediaTypes
{
    public static void RefuseOthers(RouteGroupBuilder group, params ReadOnlySpan<string> patterns)
    {
        foreach (var pattern in patterns)
            group.MapPost(pattern, (HttpContext context) => Refuse()).ExcludeFromDescription();
    }

    public static void RefuseOtherPuts(RouteGroupBuilder group, params ReadOnlySpan<string> patterns)
    {
        foreach (var pattern in patterns)
            group.MapPut(pattern, (HttpContext context) => Refuse()).ExcludeFromDescription();
    }

    private static ProblemReply Refuse() => new ProblemReply(RefusedBodyException.MediaType().Problem);
}
