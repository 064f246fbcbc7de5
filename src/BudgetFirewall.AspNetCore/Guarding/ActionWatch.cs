using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Filters;

namespace BudgetFirewall;

/// <summary>Notices when an action of a controller is reached: a body that cannot be read or a model that is not valid ends a request before it.</summary>
internal sealed class ActionWatch : IResourceFilter, IActionFilter, IOrderedFilter
{
    private static readonly ActionWatch Instance = new();

    // The filter that answers models that are not valid has the order -2000. Filters of the application come after this one, since they may make paid calls too.
    public int Order => -1_999;

    /// <summary>Adds one to the filters of an action, which are read when it is called for the first time.</summary>
    public static void Plant(ActionDescriptor action)
    {
        lock (Instance)
        {
            if (!action.FilterDescriptors.Any(filter => filter.Filter == Instance))
                action.FilterDescriptors = [.. action.FilterDescriptors, new FilterDescriptor(Instance, FilterScope.Global)];
        }
    }

    public void OnResourceExecuting(ResourceExecutingContext context) => BudgetContext.Find(context.HttpContext)?.HandlerBegins();

    public void OnActionExecuting(ActionExecutingContext context) => BudgetContext.Find(context.HttpContext)?.HandlerReached();

    public void OnActionExecuted(ActionExecutedContext context)
    {
    }

    public void OnResourceExecuted(ResourceExecutedContext context)
    {
    }
}
