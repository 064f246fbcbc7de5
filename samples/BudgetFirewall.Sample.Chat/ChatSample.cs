using BudgetFirewall.Sample.Chat.Drawing;
using Spectre.Console;

namespace BudgetFirewall.Sample.Chat;

/// <summary>Four people talk to a model until their money is gone.</summary>
public static class ChatSample
{
    /// <summary>Everybody talks at once, drawn as it happens.</summary>
    public static async Task ShowAsync(IAnsiConsole console, TimeSpan wordPause)
    {
        ArgumentNullException.ThrowIfNull(console);
        await using var room = new ChatRoom(wordPause);
        var drawing = new RoomDrawing(console);
        await drawing.RunAsync(listener => Task.WhenAll(ChatRoom.People.Select(person => room.TalkAsync(person, listener))), room.StatusAsync);
        await new PlainReport(console.Profile.Out.Writer).BudgetsAsync(room);
    }

    /// <summary>One after the other, as plain text that is the same each time.</summary>
    public static async Task PrintAsync(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        await using var room = new ChatRoom(wordPause: TimeSpan.Zero);
        var report = new PlainReport(output);
        report.Begin();
        foreach (var person in ChatRoom.People)
            await room.TalkAsync(person, report);
        await report.BudgetsAsync(room);
    }
}
