using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>A controller that calls somebody who is paid.</summary>
[ApiController]
[Route("paid")]
[RequireBudget("openai", Cost = "0.0625")]
public sealed class PaidController : ControllerBase
{
    [HttpGet("own")]
    public IActionResult Own() => Ok("paid");

    [HttpGet("reported")]
    public IActionResult Reported([FromServices] IBudgetContext budget)
    {
        budget.ReportCost(0.125m);
        return Ok();
    }

    [HttpGet("free")]
    [DisableBudget]
    public IActionResult Free() => Ok("free");
}
