using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Traversal.Architecture.Tests;

/// <summary>Lists the public and protected surface of an assembly: a line for each type and member, in an order that depends on names alone.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(TypeLine(type)).Append('\n');
            foreach ((_, string line) in Members(type).OrderBy(member => member.Name, StringComparer.Ordinal).ThenBy(member => member.Line, StringComparer.Ordinal))
                text.Append("    ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static string TypeLine(Type type)
    {
        string name = $"{type.Namespace}.{CSharpNames.Of(type)}";
        if (type.IsSubclassOf(typeof(Delegate)))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return $"delegate {CSharpNames.ReturnType(invoke)} {name}({CSharpNames.Parameters(invoke)})";
        }

        string kind =
            type.IsEnum ? "enum"
            : type.IsInterface ? "interface"
            : type.IsValueType ? (Has<IsReadOnlyAttribute>(type) ? "readonly " : "") + (type.IsByRefLike ? "ref struct" : "struct")
            : (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + "class";
        List<string> bases = [.. DirectInterfaces(type).Select(CSharpNames.Of).Order(StringComparer.Ordinal)];
        if (type.IsEnum) bases = [CSharpNames.Of(Enum.GetUnderlyingType(type))];
        if (type.IsClass && type.BaseType is { } parent && parent != typeof(object)) bases.Insert(0, CSharpNames.Of(parent));
        return $"{kind} {name}{(bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}{CSharpNames.Constraints(type.GetGenericArguments())}";
    }

    // Formatting and parsing bring a chain of interfaces; those that follow from others are left out.
    private static IEnumerable<Type> DirectInterfaces(Type type)
    {
        if (type.IsEnum) return [];
        Type[] all = [.. type.GetInterfaces().Where(one => one.IsVisible)];
        return all.Where(one => !all.Any(other => other.GetInterfaces().Contains(one)) && type.BaseType?.GetInterfaces().Contains(one) != true);
    }

    private static IEnumerable<(string Name, string Line)> Members(Type type)
    {
        if (type.IsSubclassOf(typeof(Delegate))) yield break;

        foreach (FieldInfo field in type.GetFields(Declared).Where(field => IsShown(field.Attributes) && !field.IsSpecialName))
        {
            string modifiers = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
            string value = field.IsLiteral ? " = " + CSharpNames.Literal(field.GetRawConstantValue()) : "";
            yield return type.IsEnum
                ? (EnumOrder(field), field.Name + value)
                : (field.Name, $"{modifiers}{CSharpNames.Of(field.FieldType)} {field.Name}{value}");
        }

        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(method => IsShown(method)))
            yield return ("", $"{Access(constructor)}{CSharpNames.Simple(type)}({CSharpNames.Parameters(constructor)})");

        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(method => IsShown(method))];
            if (accessors.Length > 0 && !Has<CompilerGeneratedAttribute>(property)) yield return (property.Name, PropertyLine(property, accessors));
        }

        foreach (EventInfo one in type.GetEvents(Declared).Where(one => IsShown(one.AddMethod!)))
            yield return (one.Name, $"{Access(one.AddMethod!)}event {CSharpNames.Of(one.EventHandlerType!)} {one.Name}");

        foreach (MethodInfo method in type.GetMethods(Declared).Where(method => IsShown(method) && !IsImplied(method)))
        {
            Type[] generics = method.GetGenericArguments();
            string name = generics.Length == 0 ? method.Name : $"{method.Name}<{string.Join(", ", generics.Select(CSharpNames.Of))}>";
            yield return (method.Name, $"{Access(method)}{CSharpNames.ReturnType(method)} {name}({CSharpNames.Parameters(method)}){CSharpNames.Constraints(generics)}");
        }
    }

    // Enums are read by value.
    private static string EnumOrder(FieldInfo field) => Convert.ToDecimal(field.GetRawConstantValue(), CultureInfo.InvariantCulture).ToString("00000000000000000000", CultureInfo.InvariantCulture);

    private static string PropertyLine(PropertyInfo property, MethodInfo[] accessors)
    {
        IEnumerable<string> verbs = accessors.Select(accessor =>
            (IsPublic(accessors[0]) && !IsPublic(accessor) ? "protected " : "")
            + (accessor.ReturnType != typeof(void) ? "get;"
                : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;"));
        ParameterInfo[] indexes = property.GetIndexParameters();
        string name = indexes.Length == 0 ? property.Name : $"this[{string.Join(", ", indexes.Select(CSharpNames.Of))}]";
        string required = Has<RequiredMemberAttribute>(property) ? "required " : "";
        return $"{Access(accessors[0])}{required}{CSharpNames.ReturnType(property)} {name} {{ {string.Join(' ', verbs)} }}";
    }

    private static string Access(MethodBase method)
    {
        string access = IsPublic(method) ? "" : "protected ";
        if (method is ConstructorInfo || method.DeclaringType!.IsInterface) return access + (method.IsStatic ? "static " : "");
        if (method.IsStatic) return access + "static ";
        bool overrides = method is MethodInfo own && own.GetBaseDefinition() != own;
        return access + (overrides ? "override " : method.IsAbstract ? "abstract " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "");
    }

    // Accessors are told with their property, and what every record has is told by nobody.
    private static bool IsImplied(MethodInfo method) =>
        (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal)) || Has<CompilerGeneratedAttribute>(method);

    private static bool IsPublic(MethodBase method) => method.IsPublic;

    private static bool IsShown(MethodBase method) => method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static bool IsShown(FieldAttributes attributes) =>
        (attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    private static bool Has<T>(MemberInfo member)
        where T : Attribute => member.IsDefined(typeof(T), inherit: false);
}
