using System.Diagnostics;

namespace Traversal.Fuzz.Tests;

/// <summary>A copy of the fuzzing program in a folder of its own, instrumented.</summary>
public sealed class InstrumentedProgram : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("traversal-fuzz-");

    public InstrumentedProgram()
    {
        foreach (string file in Directory.GetFiles(AppContext.BaseDirectory))
        {
            string name = Path.GetFileName(file);
            if (name.StartsWith("Mono.Cecil", StringComparison.Ordinal) || name.StartsWith("Traversal.", StringComparison.Ordinal))
                File.Copy(file, Path.Combine(Folder, name));
        }

        Edges = Instrumenter.Run(Folder);
    }

    public string Folder => _folder.FullName;

    /// <summary>How many edges the instrumentation has numbered.</summary>
    public int Edges { get; }

    /// <summary>The host and the arguments by which to start it.</summary>
    public ProcessStartInfo StartInfo(string file, params string[] arguments) =>
        new(file, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };

    /// <summary>The command line of the program.</summary>
    public string Executable => Path.Combine(Folder, "Traversal.Fuzz");

    /// <summary>Runs it and returns what it prints.</summary>
    public string Run(params string[] arguments)
    {
        using Process process = Process.Start(StartInfo(Executable, arguments))!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"exit code {process.ExitCode}: {errors.Result}{output}");
        return output;
    }

    public string Write(string name, ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
