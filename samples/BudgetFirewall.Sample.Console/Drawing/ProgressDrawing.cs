using BudgetFirewall.Sample.Replay;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace BudgetFirewall.Sample.Drawing;

/// <summary>The picture while a replay runs.</summary>
internal static class ProgressDrawing
{
    private const int BudgetsShown = 8;
    private const int WarningsShown = 4;

    public static IRenderable Of(ReplayProgress progress) => new Panel(new Rows(
        new Markup($"{Bars.Progress(progress.CallsSeen, progress.CallsInLog, 50)}  {Texts.Count(progress.CallsSeen)} of {Texts.Count(progress.CallsInLog)} calls"),
        new Markup($"charged [bold]{Texts.Rounded(progress.Spent)}[/]   in flight [bold]{progress.InFlight}[/]   denied [bold]{Texts.Count(progress.Denied)}[/]"),
        new Text(""),
        Budgets(progress),
        new Text(""),
        new Rows(progress.Warnings.TakeLast(WarningsShown).Select(Warning))))
    {
        Header = new PanelHeader($" {Texts.Moment(progress.Time)} UTC "),
        Border = BoxBorder.Rounded,
        Padding = new Padding(2, 1),
    };

    private static Grid Budgets(ReplayProgress progress)
    {
        var grid = new Grid().AddColumns(4);
        foreach (var state in progress.Budgets.OrderByDescending(state => state.Utilization).ThenBy(state => state.Scope.ToString(), StringComparer.Ordinal).Take(BudgetsShown))
        {
            grid.AddRow(
                Texts.Name(state.Scope.ToString()),
                Texts.Name(state.Unit is { } unit ? $"{unit}/{Texts.Period(state.Period)}" : Texts.Period(state.Period)),
                new Markup(Bars.Of(state, 30)),
                new Markup($"[{Bars.Colour(state)}]{Texts.Percent(state.Utilization)}[/]"));
        }
        return grid;
    }

    private static Markup Warning(FiredWarning fired) => new(
        $"[yellow]⚠[/] {Texts.Time(fired.Time)} {Texts.NameInMarkup(fired.Warning.Scope.ToString())} has reached {Texts.Percent(fired.Warning.Threshold)} of {Texts.NameInMarkup(fired.Warning.BudgetId)}");
}
