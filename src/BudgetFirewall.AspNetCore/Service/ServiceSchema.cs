using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace BudgetFirewall;

/// <summary>Lets the application describe the bodies in its OpenAPI document also where it is published without reflection.</summary>
internal static class ServiceSchema
{
    public static void MakeKnown(IServiceProvider services)
    {
        var options = services.GetService<IOptions<JsonOptions>>()?.Value.SerializerOptions;
        if (options is { IsReadOnly: false } && !options.TypeInfoResolverChain.Contains(ServiceJson.Default))
            options.TypeInfoResolverChain.Add(ServiceJson.Default);
    }
}
