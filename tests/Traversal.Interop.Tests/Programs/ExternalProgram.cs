namespace Traversal.Interop.Tests.Programs;

/// <summary>Programs that this project did not write. A test that needs one that is missing is skipped and says what to install.</summary>
internal static class ExternalProgram
{
    public static string CoturnServer => Require("coturn", "turnserver");

    public static string CoturnClient => Require("coturn", "turnutils_uclient");

    public static string CoturnPeer => Require("coturn", "turnutils_peer");

    public static string CoturnStunClient => Require("coturn", "turnutils_stunclient");

    public static string CoturnNatDiscovery => Require("coturn", "turnutils_natdiscovery");

    public static string Ip => Require("iproute2", "ip");

    /// <summary>The program of nftables; null where it is missing.</summary>
    public static string? Nft => Find("nft");

    public static string Python => Require("python3", "python3");

    public static string Chromium => Require("chromium", "chromium", "chromium-browser", "google-chrome");

    /// <summary>A Python interpreter that can import aioice; Debian's package belongs to Debian's interpreter, which need not come first on the path.</summary>
    public static async Task<string> PythonWithAioiceAsync()
    {
        foreach (string python in new[] { Find("python3"), "/usr/bin/python3" }.OfType<string>().Where(File.Exists).Distinct(StringComparer.Ordinal))
        {
            ProgramResult import = await ChildProcess.RunAsync(TimeSpan.FromMinutes(2), python, "-c", "import aioice");
            if (import.ExitCode == 0)
            {
                return python;
            }
        }

        Skip("python3-aioice");
        return "";
    }

    /// <summary>The first of some programs that is there; skips the test where none is, and says what to install.</summary>
    public static string RequireAnyOf(string package, params string[] names) => Require(package, names);

    private static string Require(string package, params string[] names)
    {
        string? path = names.Select(Find).FirstOrDefault(found => found is not null);
        if (path is null)
        {
            Skip(package);
        }

        return path!;
    }

    private static void Skip(string package) =>
        Assert.Skip($"{package} is not installed here: apt-get install --no-install-recommends {package}");

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
