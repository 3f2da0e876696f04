using System.Globalization;

namespace Traversal.Load.Measurement;

/// <summary>
/// Reads the usage of the server's processes from /proc. The scheduler's own clock (schedstat) is exact to the nanosecond where the
/// tick-based counters of /proc/PID/stat are not.
/// </summary>
internal sealed class ProcessProbe(IReadOnlyList<int> processIds)
{
    public bool IsWatching => processIds.Count > 0;

    /// <summary>Whether every process to watch exists and may be read.</summary>
    public bool TryFind(out int missing)
    {
        missing = processIds.FirstOrDefault(id => !File.Exists($"/proc/{id}/status"));
        return missing == 0;
    }

    /// <summary>The usage at this moment; zeros when there is nothing to watch.</summary>
    public ProcessUsage Read()
    {
        long cpu = 0;
        long resident = 0;
        foreach (int id in processIds)
        {
            cpu += ReadCpu(id);
            resident += ReadResident(id);
        }

        return new ProcessUsage(cpu, resident);
    }

    private static long ReadCpu(int id)
    {
        string tasks = $"/proc/{id}/task";
        if (!Directory.Exists(tasks)) return 0;

        long sum = 0;
        foreach (string task in Directory.EnumerateDirectories(tasks))
        {
            string[] fields = ReadOrEmpty(Path.Combine(task, "schedstat")).Split(' ');
            if (long.TryParse(fields[0], CultureInfo.InvariantCulture, out long nanoseconds)) sum += nanoseconds;
        }

        return sum;
    }

    private static long ReadResident(int id)
    {
        const string Label = "VmRSS:";
        foreach (string line in ReadOrEmpty($"/proc/{id}/status").Split('\n'))
        {
            if (!line.StartsWith(Label, StringComparison.Ordinal)) continue;

            string number = line[Label.Length..].Replace("kB", "", StringComparison.Ordinal).Trim();
            return long.Parse(number, CultureInfo.InvariantCulture);
        }

        return 0;
    }

    // A thread or process may end between being listed and being read.
    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
