#include "rules/check/attack.h"

#include <algorithm>
#include <charconv>

#include "runtime/base/utf8.h"

namespace vedette::rules {
namespace {

// Along an attack, from looking around to the damage.
constexpr std::string_view tactics[] = {"Reconnaissance",
                                        "ResourceDevelopment",
                                        "PreAttack",
                                        "InitialAccess",
                                        "Execution",
                                        "Persistence",
                                        "PrivilegeEscalation",
                                        "DefenseEvasion",
                                        "CredentialAccess",
                                        "Discovery",
                                        "LateralMovement",
                                        "Collection",
                                        "CommandAndControl",
                                        "Exfiltration",
                                        "InhibitResponseFunction",
                                        "ImpairProcessControl",
                                        "Impact"};

// Bits in the order of `tactics`.
constexpr uint32_t rc = 1, rd = 2, ia = 8, ex = 16, pe = 32, pr = 64, de = 128, ca = 256, di = 512,
                   lm = 1024, co = 2048, cc = 4096, xf = 8192, im = 65536;

struct Technique {
  uint32_t number;
  uint32_t tactics;
};

constexpr Technique techniques[] = {{1001, cc},
                                    {1003, ca},
                                    {1005, co},
                                    {1006, de},
                                    {1007, di},
                                    {1008, cc},
                                    {1010, di},
                                    {1011, xf},
                                    {1012, di},
                                    {1014, de},
                                    {1016, di},
                                    {1018, di},
                                    {1020, xf},
                                    {1021, lm},
                                    {1025, co},
                                    {1027, de},
                                    {1029, xf},
                                    {1030, xf},
                                    {1033, di},
                                    {1036, de},
                                    {1037, pe | pr},
                                    {1039, co},
                                    {1040, ca | di},
                                    {1041, xf},
                                    {1046, di},
                                    {1047, ex},
                                    {1048, xf},
                                    {1049, di},
                                    {1052, xf},
                                    {1053, ex | pe | pr},
                                    {1055, de | pr},
                                    {1056, co | ca},
                                    {1057, di},
                                    {1059, ex},
                                    {1068, pr},
                                    {1069, di},
                                    {1070, de},
                                    {1071, cc},
                                    {1072, ex | lm},
                                    {1074, co},
                                    {1078, de | pe | pr | ia},
                                    {1080, lm},
                                    {1082, di},
                                    {1083, di},
                                    {1087, di},
                                    {1090, cc},
                                    {1091, lm | ia},
                                    {1092, cc},
                                    {1095, cc},
                                    {1098, pe | pr},
                                    {1102, cc},
                                    {1104, cc},
                                    {1105, cc},
                                    {1106, ex},
                                    {1110, ca},
                                    {1111, ca},
                                    {1112, de | pe},
                                    {1113, co},
                                    {1114, co},
                                    {1115, co},
                                    {1119, co},
                                    {1120, di},
                                    {1123, co},
                                    {1124, di},
                                    {1125, co},
                                    {1127, de},
                                    {1129, ex},
                                    {1132, cc},
                                    {1133, pe | ia},
                                    {1134, de | pr},
                                    {1135, di},
                                    {1136, pe},
                                    {1137, pe},
                                    {1140, de},
                                    {1176, pe},
                                    {1185, co},
                                    {1187, ca},
                                    {1189, ia},
                                    {1190, ia},
                                    {1195, ia},
                                    {1197, de | pe},
                                    {1199, ia},
                                    {1200, ia},
                                    {1201, di},
                                    {1202, de},
                                    {1203, ex},
                                    {1204, ex},
                                    {1205, de | pe | cc},
                                    {1207, de},
                                    {1210, lm},
                                    {1211, de},
                                    {1212, ca},
                                    {1213, co},
                                    {1216, de},
                                    {1217, di},
                                    {1218, de},
                                    {1219, cc},
                                    {1220, de},
                                    {1221, de},
                                    {1222, de},
                                    {1480, de},
                                    {1482, di},
                                    {1484, de | pr},
                                    {1485, im},
                                    {1486, im},
                                    {1489, im},
                                    {1490, im},
                                    {1491, im},
                                    {1495, im},
                                    {1496, im},
                                    {1497, de | di},
                                    {1498, im},
                                    {1499, im},
                                    {1505, pe},
                                    {1518, di},
                                    {1525, pe},
                                    {1526, di},
                                    {1528, ca},
                                    {1529, im},
                                    {1530, co},
                                    {1531, im},
                                    {1534, lm},
                                    {1535, de},
                                    {1537, xf},
                                    {1538, di},
                                    {1539, ca},
                                    {1542, pe | de},
                                    {1543, pe | pr},
                                    {1546, pe | pr},
                                    {1547, pe | pr},
                                    {1548, pr | de},
                                    {1550, de | lm},
                                    {1552, ca},
                                    {1553, de},
                                    {1554, pe},
                                    {1555, ca},
                                    {1556, ca | de | pe},
                                    {1557, ca | co},
                                    {1558, ca},
                                    {1559, ex},
                                    {1560, co},
                                    {1561, im},
                                    {1562, de},
                                    {1563, lm},
                                    {1564, de},
                                    {1565, im},
                                    {1566, ia},
                                    {1567, xf},
                                    {1568, cc},
                                    {1569, ex},
                                    {1570, lm},
                                    {1571, cc},
                                    {1572, cc},
                                    {1573, cc},
                                    {1574, pe | pr | de},
                                    {1578, de},
                                    {1580, di},
                                    {1583, rd},
                                    {1584, rd},
                                    {1585, rd},
                                    {1586, rd},
                                    {1587, rd},
                                    {1588, rd},
                                    {1589, rc},
                                    {1590, rc},
                                    {1591, rc},
                                    {1592, rc},
                                    {1593, rc},
                                    {1594, rc},
                                    {1595, rc},
                                    {1596, rc},
                                    {1597, rc},
                                    {1598, rc},
                                    {1599, de},
                                    {1600, de},
                                    {1601, de},
                                    {1602, co},
                                    {1606, ca},
                                    {1608, rd},
                                    {1609, ex},
                                    {1610, de | ex},
                                    {1611, pr},
                                    {1612, de},
                                    {1613, di},
                                    {1614, di},
                                    {1615, di},
                                    {1619, di},
                                    {1620, de},
                                    {1621, ca},
                                    {1622, de | di},
                                    {1647, de},
                                    {1648, ex},
                                    {1649, ca},
                                    {1650, rd},
                                    {1651, ex},
                                    {1652, di},
                                    {1653, pe},
                                    {1654, di},
                                    {1656, de},
                                    {1657, im},
                                    {1659, ia | cc},
                                    {1665, cc},
                                    {1666, de},
                                    {1667, im},
                                    {1668, pe},
                                    {1671, pe},
                                    {1672, de},
                                    {1673, di},
                                    {1674, ex},
                                    {1675, ex},
                                    {1677, ex},
                                    {1678, de},
                                    {1679, de},
                                    {1680, di},
                                    {1681, rc}};

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::span<const std::string_view> attack_tactics() {
  return tactics;
}

bool is_tactic(std::string_view name) {
  return std::any_of(std::begin(tactics), std::end(tactics),
                     [&](std::string_view tactic) { return equal_ignoring_case(tactic, name); });
}

bool is_technique(std::string_view text) {
  if (text.size() != 5 && text.size() != 9) return false;
  if (text[0] != 'T' || !all_digits(text.substr(1, 4))) return false;
  return text.size() == 5 || (text[5] == '.' && all_digits(text.substr(6)));
}

std::optional<std::vector<std::string_view>> tactics_of(std::string_view technique) {
  if (!is_technique(technique)) return std::nullopt;
  uint16_t number = 0;
  std::from_chars(technique.data() + 1, technique.data() + 5, number);
  for (const Technique& known : techniques) {
    if (known.number != number) continue;
    std::vector<std::string_view> names;
    for (size_t bit = 0; bit < std::size(tactics); ++bit) {
      if ((known.tactics >> bit & 1) != 0) names.push_back(tactics[bit]);
    }
    return names;
  }
  return std::nullopt;
}

}  // namespace vedette::rules
