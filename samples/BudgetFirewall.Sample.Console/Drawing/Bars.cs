namespace BudgetFirewall.Sample.Drawing;

/// <summary>Bars of part and whole, with the colour of how bad it is.</summary>
internal static class Bars
{
    /// <summary>A bar of what is spent and, lighter, what is held of a limit.</summary>
    public static string Of(BudgetState state, int width)
    {
        var spent = Cells(state.Utilization, width);
        var held = Math.Min(width - spent, state.Limit == 0 ? 0 : Cells(state.Held / state.Limit, width));
        var colour = Colour(state);
        return $"[{colour}]{new string('█', spent)}[/][grey58]{new string('▒', held)}[/][grey30]{new string('░', width - spent - held)}[/]";
    }

    public static string Colour(BudgetState state) => state.Utilization switch
    {
        >= 1 => "red",
        >= 0.8m => "yellow",
        _ => "green",
    };

    public static string Progress(int done, int all, int width)
    {
        var cells = all == 0 ? width : done * width / all;
        return $"[deepskyblue1]{new string('━', cells)}[/][grey30]{new string('━', width - cells)}[/]";
    }

    /// <summary>A bar as long as an amount is of the most there is, in whole cells and eighths of one.</summary>
    public static string Share(decimal amount, decimal most, int width)
    {
        var eighths = most == 0 ? 0 : (int)Math.Ceiling(amount / most * width * 8);
        return $"[deepskyblue1]{new string('█', eighths / 8)}{" ▏▎▍▌▋▊▉"[eighths % 8]}[/]";
    }

    private static int Cells(decimal fraction, int width) => Math.Clamp((int)Math.Ceiling(fraction * width), 0, width);
}
