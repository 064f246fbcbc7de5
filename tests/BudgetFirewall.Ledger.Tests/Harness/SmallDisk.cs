using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace BudgetFirewall.Ledger.Tests;

/// <summary>A file system of its own with little room, in memory, which can be filled and emptied. Only root may mount one.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly string _filler;

    /// <summary>Mounts one.</summary>
    /// <param name="kilobytes">The room that it has.</param>
    public SmallDisk(int kilobytes)
    {
        Folder = Directory.CreateTempSubdirectory("small-disk").FullName;
        _filler = Path.Combine(Folder, "filler");
        Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={kilobytes}k"), "tmpfs", Folder);
    }

    /// <summary>The folder that it is mounted at.</summary>
    public string Folder { get; }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        using var file = File.OpenHandle(_filler, FileMode.Append, FileAccess.Write);
        var page = new byte[4_096];
        try
        {
            while (true)
                RandomAccess.Write(file, page, RandomAccess.GetLength(file));
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    /// <summary>Gives back the room that <see cref="Fill"/> has taken.</summary>
    public void Empty() => File.Delete(_filler);

    /// <summary>A new folder on it, which belongs to a user.</summary>
    public string FolderOf(string user)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, user)).FullName;
        Run("chown", user, folder);
        return folder;
    }

    public void Dispose()
    {
        Run("umount", "--lazy", Folder);
        Directory.Delete(Folder);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)) ?? throw new Win32Exception($"{program} did not start.");
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}. The tests of full disks mount small file systems and run as root on Linux.");
    }
}
