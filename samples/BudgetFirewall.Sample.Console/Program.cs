using System.Runtime.InteropServices;
using BudgetFirewall.Sample;
using Spectre.Console;

// A run that is stopped ends what it is at, and then says that it was stopped.
using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await SampleCommand.RunAsync(args, AnsiConsole.Console, Console.Out, Console.Error, stopping.Token);

void Stop(PosixSignalContext signal)
{
    // A second signal ends a run that does not listen.
    signal.Cancel = !stopping.IsCancellationRequested;
    stopping.Cancel();
}
